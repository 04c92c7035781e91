// A comment that is being written stays in this browser until it is posted: through a reload, a lost connection, a page that
// was left. data-draft on the form names the person; the issue is the address that the form is sent to. Logging out forgets.
import { announce } from "./live.js";

const PREFIX = "draft ";
const KEPT = 30 * 24 * 60 * 60 * 1000; // ms
const form = document.querySelector("form[data-draft]");
const name = form && `${PREFIX}${form.dataset.draft} ${new URL(form.action).pathname}`;

// A browser may refuse to keep anything: then the form works as without this.
function kept() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(draft) {
  try {
    if (draft.text.trim()) localStorage.setItem(name, JSON.stringify({ ...draft, at: Date.now() }));
    else localStorage.removeItem(name);
  } catch {
    // it is full, or forbidden
  }
}

function forget(keys) {
  for (const key of keys) localStorage.removeItem(key);
}

function follow() {
  const { text, token } = form.elements;
  const fresh = token.value;
  const draft = read(name);
  if (draft?.sent && location.hash.startsWith("#comment-")) {
    forget([name]); // the server leads to the comment that it has made
  } else if (draft && !text.value) {
    text.value = draft.text;
    // The answer may have been lost, not the comment: unchanged it is the same sending, and makes no second one.
    if (draft.sent) token.value = draft.sent;
    announce(document.getElementById("live")?.dataset.kept ?? "");
  } else if (text.value) {
    write({ text: text.value });
  }
  text.addEventListener("input", () => {
    token.value = fresh;
    write({ text: text.value });
  });
  form.addEventListener("submit", () => write({ text: text.value, sent: token.value }));
}

forget(kept().filter((key) => Date.now() - (read(key)?.at ?? 0) > KEPT));
if (form) follow();
document.addEventListener("submit", (event) => {
  if ("forgetsDrafts" in event.target.dataset) forget(kept());
});

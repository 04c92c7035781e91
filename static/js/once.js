// A form that changes something is sent once in the life of a page; the server's guard does not depend on it.
// data-repeatable on the form: it may be sent again (a download, for instance).
let sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || "repeatable" in form.dataset) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  form.setAttribute("aria-busy", "true");
});

// a page that comes back from the history may be sent again
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  sent = new WeakSet();
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

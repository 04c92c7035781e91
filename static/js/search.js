// A list's search that answers while one types. htmx asks and exchanges the list; this is what it leaves to us: it says
// how many were found, that it is busy, that it failed, and where the answer is no list, the whole page shows it.
import { announce } from "./live.js";

const list = () => document.getElementById("list");

// addresses without empty parameters, as the links of the page have them
document.addEventListener("htmx:configRequest", ({ detail: { formData } }) => {
  for (const [name, value] of [...formData]) if (!value) formData.delete(name);
});

document.addEventListener("htmx:beforeRequest", () => list().setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", () => list().removeAttribute("aria-busy"));

// the login, a refusal, an error: pages of their own
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  if (xhr.status === 200 && new URL(xhr.responseURL).pathname === pathInfo.requestPath) return;
  event.preventDefault();
  location.assign(pathInfo.finalRequestPath);
});

document.addEventListener("htmx:sendError", ({ target }) => {
  const note = document.createElement("p");
  note.className = "note note--bad";
  note.textContent = target.dataset.failed;
  list().querySelector(".note--bad")?.remove();
  list().prepend(note);
  announce(note.textContent);
});

document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target === list()) announce(document.querySelector("[data-found]")?.textContent.replace(/\s+/g, " ").trim() ?? "");
});

// A list's search that answers while one types. htmx asks and exchanges the list; this is what it leaves to us: it says
// how many were found, that it is busy, that it failed.
import { announce } from "./live.js";

const list = () => document.getElementById("list");
const isSearch = ({ detail }) => detail.target && detail.target === list();

// addresses without empty parameters, as the links of the page have them
document.addEventListener("htmx:configRequest", (event) => {
  const { formData } = event.detail;
  if (isSearch(event)) for (const [name, value] of [...formData]) if (!value) formData.delete(name);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isSearch(event)) list().setAttribute("aria-busy", "true");
});

// a list that was exchanged comes without it
document.addEventListener("htmx:afterRequest", (event) => {
  if (isSearch(event)) list().removeAttribute("aria-busy");
});

document.addEventListener("htmx:sendError", (event) => {
  if (!isSearch(event)) return;
  const note = document.createElement("p");
  note.className = "note note--bad";
  note.textContent = event.target.dataset.failed;
  list().querySelector(".note--bad")?.remove();
  list().prepend(note);
  announce(note.textContent);
});

document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target === list()) announce(document.querySelector("[data-found]")?.textContent.replace(/\s+/g, " ").trim() ?? "");
});

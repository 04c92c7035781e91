// What htmx leaves to us wherever it exchanges a part of a page.
import { announce } from "./live.js";

const holds = (html, selector) => new DOMParser().parseFromString(html, "text/html").querySelector(selector);

// the login, a refusal, an error, a page without the part: pages of their own
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo, requestConfig } = event.detail;
  if (xhr.status === 204) return; // nothing has changed
  const select = requestConfig.elt.getAttribute("hx-select");
  const asked = new URL(pathInfo.requestPath, location.href);
  const isPart = xhr.status === 200 && new URL(xhr.responseURL).pathname === asked.pathname;
  if (isPart && (!select || holds(xhr.response, select))) return;
  event.preventDefault();
  if (requestConfig.verb !== "get") return; // a POST has no page
  if (requestConfig.triggeringEvent) location.assign(pathInfo.finalRequestPath);
  else location.reload(); // it asked by itself
});

// <… aria-busy="false">: says that it is asked about
document.addEventListener("htmx:beforeSend", ({ detail: { target } }) => {
  if (target.hasAttribute("aria-busy")) target.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", ({ detail: { target } }) => {
  if (target.hasAttribute("aria-busy")) target.setAttribute("aria-busy", "false");
});

// <… data-refresh hx-trigger="every …">: only while it is looked at
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.matches("[data-refresh]")) event.preventDefault();
});

// <… data-said="…">: what a screen reader hears when it begins to be another
let said = "";

function say(part) {
  if (!part?.dataset.said || part.dataset.said === said) return;
  said = part.dataset.said;
  announce(said);
}

say(document.querySelector("[data-said]"));
document.addEventListener("htmx:afterSettle", ({ target }) => say(target));

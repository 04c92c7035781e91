// A list whose rows can be ticked: how many are, all of the page at once, a range with Shift, Esc clears.
import { announce } from "./live.js";

let last = null; // the box that was clicked last

function rows(form) {
  return [...form.querySelectorAll("[data-pick-one]")];
}

function show(form) {
  const all = rows(form);
  const ticked = all.filter((box) => box.checked).length;
  const count = form.querySelector("[data-pick-count]");
  const page = form.querySelector("[data-pick-page]");
  const text = ticked === 1 ? count.dataset.one : count.dataset.many.replace("#", ticked);
  if (count.textContent !== text) {
    count.textContent = text;
    if (ticked) announce(text);
  }
  page.checked = ticked === all.length;
  page.indeterminate = ticked > 0 && ticked < all.length;
  form.dispatchEvent(new Event("pick", { bubbles: true }));
}

function clear(form) {
  const back = form.contains(document.activeElement) ? rows(form)[0] : null;
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
  show(form);
  back?.focus({ preventScroll: true });
}

function tick(form, box, isRange) {
  const all = rows(form);
  if (isRange && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  show(form);
}

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-pick]");
  if (!form) return;
  if (event.target.closest("[data-pick-clear]")) clear(form);
  const box = event.target.closest("[data-pick-one]");
  if (box) tick(form, box, event.shiftKey);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-pick]");
  if (!form) return;
  if (event.target.matches("[data-pick-page]")) {
    for (const box of rows(form)) box.checked = event.target.checked;
  }
  show(form);
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest("[data-pick]");
  if (form && event.key === "Escape" && !document.querySelector("details.menu[open]")) clear(form);
});

// how high the bar is, so that it stays under the top panel, and what has the focus not under it
const heights = new ResizeObserver(([{ target }]) => {
  if (target.offsetHeight) document.documentElement.style.setProperty("--bulk-height", `${target.offsetHeight}px`);
});

function watch() {
  const bar = document.querySelector(".bulk");
  if (bar) heights.observe(bar);
}

document.addEventListener("htmx:afterSettle", watch);
watch();
for (const form of document.querySelectorAll("[data-pick]")) show(form); // ticks that the history gives back

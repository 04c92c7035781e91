// `via Platform` at a row opens the sources of that access beside it, which htmx fetches. Without this script it is a page.
const TOP = 64; // px, the panel above the page
const popover = document.getElementById("why");
let opener;

function close() {
  popover.hidden = true;
  popover.replaceChildren();
  opener?.setAttribute("aria-expanded", "false");
}

function place(link) {
  const at = link.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const above = at.bottom + height + 8 > innerHeight && at.top > height + TOP;
  const top = above ? at.top - height - 6 : at.bottom + 6;
  const left = Math.max(12, Math.min(at.right - width, innerWidth - width - 12));
  popover.style.top = `${top + scrollY}px`;
  popover.style.left = `${left + scrollX}px`;
}

function open(link) {
  opener?.setAttribute("aria-expanded", "false");
  opener = link;
  popover.hidden = false;
  place(link);
  link.setAttribute("aria-expanded", "true");
  popover.focus();
}

document.addEventListener("htmx:afterSwap", ({ target, detail }) => {
  if (target === popover) open(detail.requestConfig.elt);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-why]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    link.dispatchEvent(new Event("why"));
  } else if (event.target.closest("[data-why-close]")) {
    close();
    opener?.focus();
  } else if (!popover.hidden && !popover.contains(event.target)) {
    close();
  }
});

// who tabs on out of it would go to what lies under it
document.addEventListener("focusin", (event) => {
  if (!popover.hidden && !popover.contains(event.target)) close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || popover.hidden) return;
  close();
  opener?.focus();
});

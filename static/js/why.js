// `via Platform` at a row opens the sources of that access beside it. Without this script it is a page.
const TOP = 64; // px, the panel above the page
let popover, opener;

function close() {
  popover?.remove();
  popover = null;
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

async function open(link) {
  const response = await fetch(link.href, { headers: { "X-Requested-With": "fetch" } });
  if (!response.ok || response.redirected) return location.assign(link.href);
  close();
  opener = link;
  popover = document.createElement("div");
  popover.className = "why-popover";
  popover.setAttribute("role", "dialog");
  popover.setAttribute("aria-labelledby", "why-title");
  popover.tabIndex = -1;
  popover.innerHTML = await response.text();
  link.closest("main").append(popover);
  place(link);
  link.setAttribute("aria-expanded", "true");
  popover.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-why]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link);
  } else if (event.target.closest("[data-why-close]")) {
    close();
    opener?.focus();
  } else if (popover && !popover.contains(event.target)) {
    close();
  }
});

// who tabs on out of it would go to what lies under it
document.addEventListener("focusin", (event) => {
  if (popover && !popover.contains(event.target)) close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !popover) return;
  close();
  opener?.focus();
});

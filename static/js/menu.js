// <details class="menu">: Esc and a click outside close it, arrows move between its items, one is open at a time.
const OPEN = "details.menu[open]";

function items(menu) {
  return [...menu.querySelectorAll(".menu__panel :is(a, button)")].filter((item) => item.checkVisibility());
}

function move(menu, step) {
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length;
  all[next]?.focus();
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(OPEN)) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(OPEN);
  if (!menu) return;
  if (event.key === "Escape" && !menu.querySelector(":popover-open")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (!menu.contains(document.activeElement)) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    move(menu, step);
  }
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest(OPEN);
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

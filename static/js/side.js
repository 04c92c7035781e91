// On a phone the side panel is a row that scrolls: the current entry is brought into view.
const PADDING = 12; // px
const row = document.querySelector(".side__nav");
const current = row?.querySelector("[aria-current]");
if (current) row.scrollLeft = current.offsetLeft - PADDING;

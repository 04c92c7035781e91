// <button data-copy="text" data-copied="Link copied">: copies the text, or the value of the field whose id is in
// data-copy-from, and says so.
import { announce } from "./live.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copyFrom ?? "");
  const text = field ? field.value : new URL(button.dataset.copy, location.href).href;
  await navigator.clipboard.writeText(text);
  announce(button.dataset.copied);
  const label = button.querySelector("[data-copy-label]");
  if (label) label.textContent = button.dataset.copied;
});

// Closes a banner; the focus goes to the main part, so that the keyboard does not start at the top again.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (!button) return;
  button.closest(".note, .savebar").remove();
  document.getElementById("main")?.focus();
});

// Ctrl K (or Cmd K) moves to the search in the top panel. No single keys: they would need a switch (WCAG 2.1.4).
document.addEventListener("keydown", (event) => {
  const search = document.getElementById("search");
  const chord = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
  if (!search || !chord) return;
  event.preventDefault();
  search.focus();
  search.select();
});

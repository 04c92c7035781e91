// The theme changes at once and is kept in the cookie that the server reads; without this the form does the same.
const YEAR = 31_536_000; // seconds
const root = document.documentElement;

function keep(theme) {
  const life = theme === "system" ? 0 : YEAR;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${life}; samesite=lax${secure}`;
}

function apply(theme) {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-form] button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-form]")) return;
  event.preventDefault();
  keep(event.submitter.value);
  apply(event.submitter.value);
});

// error pages are drawn without a request: they learn the theme here
const kept = document.cookie.match(/(?:^|; )theme=(light|dark)(?:;|$)/);
if (kept && !root.dataset.theme) apply(kept[1]);

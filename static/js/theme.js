// Appearance: auto, light, dark. The choice is a cookie, so that the server writes it into the page.
const THEMES = ["auto", "light", "dark"];
const root = document.documentElement;

function chosen() {
  return root.dataset.bsTheme ?? "auto";
}

function choose(theme) {
  if (theme === "auto") delete root.dataset.bsTheme;
  else root.dataset.bsTheme = theme;
  const age = theme === "auto" ? 0 : 60 * 60 * 24 * 365;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `bookkinda_theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  for (const label of document.querySelectorAll("[data-theme-label]")) {
    label.textContent = label.dataset[theme];
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  choose(THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length]);
});

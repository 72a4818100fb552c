// What the gallery does in a browser. Without it the page is complete, as one long page with a
// table of contents.
(() => {
  const find = (selector) => document.querySelector(selector);
  const articles = [...document.querySelectorAll("article")];
  const cards = [...document.querySelectorAll(".contents li")];
  const [words, paper, verdict, status, none] = [
    "#words",
    "#paper",
    "#verdict",
    "#status",
    "#none",
  ].map(find);
  const texts = articles.map((article) => article.textContent.toLowerCase());

  function filter() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    articles.forEach((article, k) => {
      const right = (value, own) => value === "" || own.split(" ").includes(value);
      const fits =
        right(paper.value, article.dataset.paper) &&
        right(verdict.value, article.dataset.verdicts) &&
        wanted.every((word) => texts[k].includes(word));
      article.hidden = cards[k].hidden = !fits;
      if (fits) shown++;
    });
    status.textContent = `${shown} of ${articles.length} notebooks`;
    none.hidden = shown > 0;
  }
  for (const control of [words, paper, verdict]) control.addEventListener("input", filter);
  find("#clear").addEventListener("click", () => {
    words.value = paper.value = verdict.value = "";
    filter();
    words.focus();
  });

  // Pictures of the cards are those of the articles: one copy in the page
  cards.forEach((card, k) => {
    const picture = articles[k].querySelector("figure img");
    if (!picture) return;
    const small = new Image();
    small.loading = "lazy";
    small.alt = ""; // the link beside it says what it is
    small.src = picture.src;
    card.querySelector(".thumbnail").append(small);
  });

  const themes = ["auto", "light", "dark"];
  const button = find("#theme");
  function setTheme(theme) {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
    try {
      localStorage.setItem("phaselens-theme", theme);
    } catch {
      // A page from a file may have no storage; the choice then lasts as long as the page
    }
  }
  const themeNow = () => document.documentElement.dataset.theme ?? "auto";
  const nextTheme = () => setTheme(themes[(themes.indexOf(themeNow()) + 1) % themes.length]);
  button.addEventListener("click", nextTheme);
  try {
    const kept = localStorage.getItem("phaselens-theme");
    if (themes.includes(kept)) setTheme(kept);
  } catch {
    // no storage
  }

  /** The notebook at the top of the window, and from there one further or back. */
  function step(by) {
    const visible = articles.filter((article) => !article.hidden);
    if (visible.length === 0) return;
    const top = visible.findLastIndex((article) => article.getBoundingClientRect().top < 90);
    const next = visible[Math.min(Math.max(top + by, 0), visible.length - 1)];
    next.querySelector("h2").focus();
    next.scrollIntoView();
  }
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    t: nextTheme,
    "/": () => words.focus(),
    "?": () => (find("#keys").open = !find("#keys").open),
  };
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "Escape" && event.target === words) {
      words.value = "";
      filter();
      words.blur();
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key))
      return;
    event.preventDefault();
    keys[event.key]();
  });

  find("#tools").hidden = false;
  filter();
})();

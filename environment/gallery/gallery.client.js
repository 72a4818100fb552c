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
    remember();
  }

  /** The search stands in the address, so that it can be sent to somebody: #search?words=… */
  const asked = { words, paper, verdict };
  function remember() {
    const set = Object.entries(asked).filter(([, control]) => control.value !== "");
    const query = new URLSearchParams(set.map(([name, control]) => [name, control.value]));
    if (set.length > 0) history.replaceState(null, "", `#search?${query}`);
    else if (location.hash.startsWith("#search?")) history.replaceState(null, "", "#");
  }
  function recall() {
    const [, query] = /^#search\?(.*)$/.exec(location.hash) ?? [];
    if (query === undefined) return;
    for (const [name, value] of new URLSearchParams(query))
      if (Object.hasOwn(asked, name)) asked[name].value = value;
  }
  addEventListener("hashchange", () => {
    recall();
    filter();
  });

  // What is folded away is on paper all the same
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const part of folded) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of folded) part.open = false;
  });
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

  // A figure that hangs on a number: its page takes the place of the picture
  for (const link of document.querySelectorAll("a.turn")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const figure = link.closest("figure");
      const plate = figure.querySelector(".plate");
      const picture = plate.querySelector("img");
      const frame = document.createElement("iframe");
      frame.src = link.href;
      frame.title = picture.alt;
      frame.height = Math.round(picture.clientHeight * 1.1 + 90);
      plate.replaceChildren(frame);
      link.remove();
    });
  }

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
  recall();
  filter();
})();

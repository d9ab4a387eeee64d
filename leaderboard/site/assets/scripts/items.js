// The list of questions: words, level and language choose rows, and stand in the address. Without it all rows are shown.
(() => {
  "use strict";
  const finder = document.getElementById("finder");
  const table = document.getElementById("questions");
  if (!finder || !table) return;
  const controls = { words: "q", level: "level", language: "language" };
  const field = (id) => document.getElementById(id);
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[’ʼ]/g, "'").replace(/œ/g, "oe").replace(/æ/g, "ae");
  const rows = [...table.tBodies[0].rows].map((row) => ({
    row, level: row.dataset.level, language: row.dataset.language, text: plain(row.cells[0].textContent),
  }));
  const status = field("found");

  const choose = () => {
    const words = plain(field("words").value).split(/\s+/).filter(Boolean);
    const level = field("level").value;
    const language = field("language").value;
    let shown = 0;
    for (const one of rows) {
      const fits = (!level || one.level === level) && (!language || one.language === language)
        && words.every((word) => one.text.includes(word));
      one.row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    const number = new Intl.NumberFormat(document.documentElement.lang).format(shown);
    status.textContent = shown ? status.dataset.found.replace("{n}", number) : status.dataset.none;
  };

  const keep = () => {
    const address = new URL(location.href);
    for (const [id, name] of Object.entries(controls)) {
      const value = field(id).value.trim();
      if (value) address.searchParams.set(name, value); else address.searchParams.delete(name);
    }
    history.replaceState(null, "", address);
  };

  const restore = () => {
    const given = new URLSearchParams(location.search);
    for (const [id, name] of Object.entries(controls)) {
      const control = field(id);
      const value = (given.get(name) || "").slice(0, 200);
      control.value = value;
      if (control.value !== value) control.value = "";
    }
  };

  let waiting = 0;
  finder.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { choose(); keep(); }, 120);
  });
  field("reset").addEventListener("click", () => {
    for (const id of Object.keys(controls)) field(id).value = "";
    choose();
    keep();
    field("words").focus();
  });
  restore();
  finder.hidden = false;
  choose();
})();

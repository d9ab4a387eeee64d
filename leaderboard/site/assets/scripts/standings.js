// The standings: sorting, filtering and choice of columns, kept in the page's address. The rows are those of the page and
// of the further pages of the standings, which are read when somebody first asks for more than the order they are in.
(() => {
  "use strict";
  const say = JSON.parse(document.getElementById("standings-texts").textContent);
  const find = (id) => document.getElementById(id);
  const board = find("board"), apart = find("open-board"), status = find("status"), more = find("more");
  const boards = [board, apart].filter(Boolean);
  const filters = [...document.querySelectorAll("[data-filter]")];
  const text = find("f-text"), part = find("f-part"), order = find("f-order"), note = find("part-note");
  const boxes = [...document.querySelectorAll(".columns-choice input")];
  const pager = document.querySelector(".pager");
  const ROWS = pager ? board.tBodies[0].rows.length : 100;
  const heads = new Map([...board.tHead.querySelectorAll("th")].map((th) => [th.dataset.sort, th]));
  const collator = new Intl.Collator(say.language, { numeric: true });
  const number = (count) => count.toLocaleString(say.language === "en" ? "en-GB" : say.language);
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  // --- what the reader asked for ---------------------------------------------------------------------------------------
  let shownPart = "";
  const state = { sort: "", direction: "", limit: ROWS };
  const initial = new Map(boxes.map((box) => [box.id, box.checked]));
  const usual = (box) => initial.get(box.id) || (part !== null && box.id === `k-${part.value}`);
  const label = (key) => heads.get(key).querySelector(".label").textContent;

  const fromAddress = () => {
    const asked = new URLSearchParams(location.search);
    text.value = asked.get("q") || "";
    for (const select of filters) choose(select, asked.get(select.dataset.filter));
    if (part) choose(part, asked.get("area"));
    const sort = asked.get("sort") || "";
    const down = sort.startsWith("-");
    state.sort = heads.has(sort.replace(/^-/, "")) ? sort.replace(/^-/, "") : "";
    shownPart = part ? part.value : "";
    state.direction = state.sort && (down ? "descending" : "ascending");
    const changed = new Set((asked.get("columns") || "").split(" "));
    for (const box of boxes) box.checked = usual(box) !== changed.has(box.id.slice(2));
  };
  const choose = (select, value) => {
    select.value = value || "";
    if (select.selectedIndex < 0) select.value = "";
  };

  const toAddress = () => {
    const asked = new URLSearchParams();
    const put = (name, value) => value && asked.set(name, value);
    put("q", text.value.trim());
    for (const select of filters) put(select.dataset.filter, select.value);
    if (part) put("area", part.value);
    put("sort", state.sort && (state.direction === "descending" ? "-" : "") + state.sort);
    put("columns", boxes.filter((box) => box.checked !== usual(box)).map((box) => box.id.slice(2)).join(" "));
    const query = asked.toString();
    for (const link of document.querySelectorAll(".languages a")) link.search = query;
    const address = new URL(location.href); // never the path alone: `//x` would be another host's, and refused
    address.search = query;
    history.replaceState(null, "", address);
  };

  // --- rows ------------------------------------------------------------------------------------------------------------
  const read = (row, place, table) => {
    const values = {};
    for (const cell of row.cells) {
      const key = cell.className.split(" ")[0].slice(2);
      values[key] = cell.dataset.v === undefined ? null : Number(cell.dataset.v);
      if (key === "name" || key === "license") values[key] = cell.firstElementChild.textContent;
    }
    const { team = "", country = "", size = "", weights = "" } = row.dataset;
    const found = plain(row.querySelector(".k-name").textContent + " " + (values.license || ""));
    return { row, place, table, values, found, team, country, size, weights, division: table === apart ? "open" : "controlled" };
  };
  const rowsOf = (table, from = 0) => [...table.tBodies[0].rows].map((row, n) => read(row, from + n, table));
  let rows = boards.flatMap((table) => rowsOf(table));
  let loading = pager ? null : Promise.resolve(), failed = false;

  const load = () => (loading ??= readPages());
  const readPages = async () => {
    status.textContent = say.loading;
    try {
      const pages = [...pager.querySelectorAll("a")].map((link) => link.href);
      const trees = await Promise.all(pages.map(async (page) => {
        const answer = await fetch(page);
        if (!answer.ok) throw new Error(answer.statusText);
        return [page, new DOMParser().parseFromString(await answer.text(), "text/html")];
      }));
      let place = rows.filter((one) => one.table === board).length;
      for (const [page, tree] of trees) {
        for (const row of tree.querySelectorAll("#board > tbody > tr")) {
          for (const link of row.querySelectorAll("a")) link.href = new URL(link.getAttribute("href"), page).href;
          rows.push(read(document.adoptNode(row), place++, board));
        }
      }
    } catch {
      failed = true;
    }
  };

  // --- the view --------------------------------------------------------------------------------------------------------
  const kept = () => {
    const words = plain(text.value).split(/\s+/).filter(Boolean);
    return rows.filter((one) =>
      filters.every((select) => !select.value || one[select.dataset.filter] === select.value) &&
      words.every((word) => one.found.includes(word)));
  };
  const sorted = (found) => {
    const key = state.sort || (part && part.value);
    if (!key) return found.sort((one, two) => one.place - two.place);
    const sign = (state.sort ? state.direction : heads.get(key).dataset.first) === "descending" ? -1 : 1;
    const words = key === "name" || key === "license";
    return found.sort((one, two) => {
      const [a, b] = [one.values[key], two.values[key]];
      if (a === null || b === null) return (a === null) - (b === null) || one.place - two.place;
      return sign * (words ? collator.compare(a, b) : a - b) || one.place - two.place;
    });
  };
  const asked = () => Boolean(state.sort || (part && part.value) || text.value.trim() || filters.some((one) => one.value));

  const show = () => {
    const busy = asked();
    const found = sorted(kept());
    let left = 0, shown = 0, total = 0;
    for (const table of boards) {
      const own = found.filter((one) => one.table === table);
      const some = own.slice(0, table === board ? state.limit : own.length);
      table.tBodies[0].replaceChildren(...some.map((one) => one.row));
      table.closest(".scroll").hidden = own.length === 0 && busy;
      if (table === apart && !busy) continue; // counted only where it is searched
      shown += some.length;
      total += failed ? rows.filter((one) => one.table === table).length : Number(table.dataset.rows);
      left += own.length - some.length;
    }
    const step = Math.min(left, ROWS);
    more.hidden = !left || (!busy && !loadedMore());
    more.textContent = fill(say.more, { count: number(step) });
    if (pager) pager.hidden = busy || loadedMore();
    marks();
    const said = found.length
      ? [fill(busy && left ? say.found : say.shown, { found: number(shown + left), shown: number(shown), total: number(total) })]
      : [say.none];
    if (state.sort) said.push(fill(say.sorted, { label: label(state.sort), direction: say[state.direction] }));
    else if (part && part.value) said.push(fill(say.sorted, { label: label(part.value), direction: say.descending }));
    if (failed && busy) said.push(say.failed);
    status.textContent = said.join(" ");
  };
  const loadedMore = () => state.limit > ROWS;

  // The arrows of the headers, the column of the part that is read, and the note about ranks.
  const marks = () => {
    const chosen = part ? part.value : "";
    const key = state.sort || chosen;
    for (const table of boards) {
      for (const th of table.tHead.querySelectorAll("th")) {
        const own = th.dataset.sort === key;
        if (own) th.setAttribute("aria-sort", state.sort ? state.direction : "descending");
        else th.removeAttribute("aria-sort");
      }
    }
    if (note) note.hidden = !chosen;
    if (order) order.value = state.sort;
  };

  const apply = async ({ keep = false } = {}) => {
    if (!keep) state.limit = ROWS;
    toAddress();
    if (asked()) await load(); // whoever asks while pages are read waits for them too
    show();
  };

  // --- controls --------------------------------------------------------------------------------------------------------
  const sortBy = (key) => {
    const first = heads.get(key).dataset.first;
    const other = first === "ascending" ? "descending" : "ascending";
    const current = state.sort === key ? state.direction : "";
    state.direction = current === first ? other : first;
    state.sort = key;
    apply();
  };
  for (const table of boards) {
    for (const th of table.tHead.querySelectorAll("th")) {
      const words = th.querySelector(".label"), button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.textContent = words.textContent;
      button.addEventListener("click", () => sortBy(th.dataset.sort));
      words.replaceChildren(button);
    }
  }
  for (const select of filters) select.addEventListener("change", () => apply());
  const showPart = () => {
    for (const box of boxes) {
      if (box.id === `k-${shownPart}`) box.checked = initial.get(box.id);
      if (box.id === `k-${part.value}`) box.checked = true;
    }
    shownPart = part.value;
  };
  if (part) {
    part.addEventListener("change", () => {
      showPart();
      state.sort = state.direction = "";
      apply();
    });
  }
  let waiting = 0;
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  order.addEventListener("change", () => {
    state.sort = "";
    if (order.value) sortBy(order.value);
    else apply();
  });
  for (const box of boxes) box.addEventListener("change", toAddress);
  more.addEventListener("click", async () => {
    const before = board.tBodies[0].rows.length;
    state.limit += ROWS;
    await apply({ keep: true });
    const next = board.tBodies[0].rows[before];
    if (next) next.querySelector("a").focus();
  });
  find("reset").addEventListener("click", () => {
    text.value = "";
    for (const select of [...filters, part].filter(Boolean)) select.value = "";
    state.sort = state.direction = "";
    for (const box of boxes) box.checked = initial.get(box.id);
    apply();
  });
  addEventListener("popstate", () => {
    fromAddress();
    apply();
  });

  find("controls").classList.add("running");
  fromAddress();
  if (location.search) {
    find("controls").parentElement.open = true; // on a phone, what narrows the table is in sight
    apply();
  } else show();
})();

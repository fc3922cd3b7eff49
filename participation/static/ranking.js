/* Ranking with buttons. Without this file people choose or write places; the buttons do the same. */
"use strict";
for (const list of document.querySelectorAll("[data-ranking]")) {
  const rows = [...list.querySelectorAll("[data-option]")];
  const said = document.createElement("p");
  said.className = "kern-sr-only";
  said.setAttribute("role", "status");
  list.after(said);

  const fieldOf = (row) => row.querySelector("select, input");
  const nameOf = (row) => row.querySelector("label").textContent.replaceAll("\u00ad", "").trim();
  const words = (text, row, place) => text.replace("{name}", nameOf(row)).replace("{place}", place);

  /* Rows with a place, best first; equal places as they stand on the page. */
  const ranked = () =>
    rows.filter((row) => Number(fieldOf(row).value) > 0)
      .sort((one, other) => Number(fieldOf(one).value) - Number(fieldOf(other).value));

  const show = (order) => {
    rows.forEach((row) => { fieldOf(row).value = order.includes(row) ? order.indexOf(row) + 1 : ""; });
    [...order, ...rows.filter((row) => !order.includes(row))].forEach((row) => list.append(row));
  };

  const move = (row, up, button) => {
    const order = ranked();
    const place = order.indexOf(row);
    if (place < 0) {
      if (up) order.push(row);
    } else if (up && place > 0) {
      order.splice(place - 1, 2, row, order[place - 1]);
    } else if (!up && place === order.length - 1) {
      order.pop();
    } else if (!up) {
      order.splice(place, 2, order[place + 1], row);
    }
    show(order);
    button.focus();
    const now = order.indexOf(row) + 1;
    said.textContent = words(now ? list.dataset.placed : list.dataset.none, row, now);
  };

  for (const row of rows) {
    const moves = document.createElement("div");
    moves.className = "moves";
    for (const up of [true, false]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "kern-btn kern-btn--secondary";
      button.textContent = up ? "▲" : "▼";
      button.setAttribute("aria-label", words(up ? list.dataset.up : list.dataset.down, row, ""));
      button.addEventListener("click", () => move(row, up, button));
      moves.append(button);
    }
    row.lastElementChild.append(moves);
  }
}

/* The search of the book, on Sphinx's page for it. MiniSearch ranks the sections of all pages by their words; what a
   reader types is a keyword or a title first. Each page is listed once, with a link to its best section. */
"use strict";

(() => {
  const WEIGHTS = { keywords: 4, title: 3, page: 1.5, text: 1 };
  const IS_KEYWORD = 1000; // more than any words weigh
  const IS_TITLE = 500;
  const REFERENCE = 0.2; // chapters come before functions, unless it is the name of one that is typed
  const GREEK = {
    α: "alpha", β: "beta", γ: "gamma", δ: "delta", ε: "epsilon", η: "eta", θ: "theta", κ: "kappa", λ: "lambda",
    μ: "mu", ρ: "rho", σ: "sigma", φ: "phi", ω: "omega",
  };
  // A fraction such as 1/m, a number such as 1e-5 or 0.05, or a word, which may end in digits as E48 and float32 do.
  const WORD = /1\/[a-z]\b|\d+(?:\.\d+)?(?:e[-+]?\d+)?|[a-z]+\d*/g;

  const spelled = text =>
    text
      .toLowerCase()
      .normalize("NFD")
      .replace(/[α-ω]/g, letter => ` ${GREEK[letter] ?? letter} `)
      .replace(/\u0302/g, " hat ")
      .replace(/\p{M}/gu, "");
  const words = text => (spelled(text).match(WORD) ?? []).map(word => (isNaN(word) ? word : String(Number(word))));
  const stemmer = new Stemmer();
  const ignored = new Set(stopwords);
  const stem = word => (ignored.has(word) ? null : stemmer.stemWord(word));
  const phrase = text => {
    const all = words(text);
    const said = all.map(stem).filter(Boolean);
    return (said.length ? said : all).join(" ");
  };

  const index = places => {
    const engine = new MiniSearch({
      fields: Object.keys(WEIGHTS),
      extractField: (place, field) => (field === "keywords" ? place.keywords.join("; ") : place[field]),
      tokenize: words,
      processTerm: stem,
      searchOptions: {
        boost: WEIGHTS,
        prefix: word => word.length > 3,
        fuzzy: word => (word.length > 4 ? 0.2 : false),
        weights: { fuzzy: 0.2, prefix: 0.4 },
      },
    });
    engine.addAll(places);
    for (const place of places) {
      place.names = place.keywords.map(phrase);
      place.heading = phrase(place.title);
    }
    return engine;
  };

  /* What a place weighs whose words weigh so much, if the query is this phrase. */
  const score = (place, query, typed, weight) => {
    if (place.reference) return /[A-Z_]/.test(query) && query === place.title ? IS_KEYWORD : REFERENCE * weight;
    const said = place.names.filter(name => ` ${typed} `.includes(` ${name} `));
    weight *= 1 + Math.max(0, ...said.map(name => name.split(" ").length));
    if (said.includes(typed)) weight += IS_KEYWORD;
    if (place.heading === typed) weight += IS_TITLE;
    return weight;
  };

  /* The best place of each page, the best page first. */
  const rank = (engine, places, query) => {
    const typed = phrase(query);
    const pages = new Map();
    for (const { id, score: weight } of engine.search(query)) {
      const place = places[id];
      const found = { place, score: score(place, query.trim(), typed, weight) };
      if (!(pages.get(place.document)?.score >= found.score)) pages.set(place.document, found);
    }
    return [...pages.values()].sort((one, other) => other.score - one.score).map(found => found.place);
  };

  /* Some words around the first that was looked for. */
  const excerpt = (text, query) => {
    const starts = words(query).map(word => text.toLowerCase().indexOf(word)).filter(start => start >= 0);
    const start = starts.length ? Math.max(0, Math.min(...starts) - 80) : 0;
    return (start ? "…" : "") + text.slice(start, start + 240).trim() + (start + 240 < text.length ? "…" : "");
  };

  const element = (tag, text, properties = {}) => Object.assign(document.createElement(tag), { textContent: text }, properties);

  const page = name => document.documentElement.dataset.content_root + name + DOCUMENTATION_OPTIONS.LINK_SUFFIX;

  const item = (place, query) => {
    const top = place.anchor === "top";
    const link = element("a", top ? place.page : `${place.page} > ${place.title}`, {
      href: page(place.document) + (top ? "" : `#${place.anchor}`),
    });
    const entry = element("li", "");
    entry.append(link, element("p", excerpt(place.text, query), { className: "context" }));
    return entry;
  };

  let places = null;
  let engine = null;
  Search.setIndex = found => {
    places = found;
    if (Search._queued_query !== null) Search.query(Search._queued_query);
  };
  Search.hasIndex = () => places !== null;
  if (Search._index !== null) Search.setIndex(Search._index);
  Search.query = query => {
    Search._parseQuery(query); // leaves the words for the page that is opened, to be marked there
    engine ??= index(places);
    const results = rank(engine, places, query);
    Search.stopPulse();
    Search.title.textContent = "Search results";
    if (results.length) {
      const some = results.length === 1 ? "One page has" : `${results.length} pages have`;
      Search.status.textContent = `${some} some of these words; the best comes first.`;
    } else {
      const [questions, glossary] = ["questions", "glossary"].map(name => page(`book/${name}`));
      Search.status.innerHTML =
        `No page has these words. Look at the <a href="${questions}">questions and answers</a>` +
        ` or into the <a href="${glossary}">glossary</a>.`;
    }
    Search.output.append(...results.map(place => item(place, query)));
  };
})();

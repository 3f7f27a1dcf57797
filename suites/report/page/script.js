// The page reads without this: the filter, the copy buttons and indented JSON are
// what it adds. Nothing is fetched and nothing is kept.
'use strict';
(() => {
  const by = id => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const said = by('said');
  const checks = all('.check');
  const boxes = all('.filter [name=status]');
  const selects = ['provider', 'area', 'level'].map(by).filter(Boolean);
  const query = by('q');

  // Vietnamese is found with and without its accents.
  const plain = text => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd');
  const texts = new Map(checks.map(check => [check, plain(all('summary, .say, .versus p', check).map(e => e.textContent).join(' '))]));

  function apply() {
    const statuses = boxes.filter(box => box.checked).map(box => box.value);
    const words = plain(query.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const check of checks) {
      const fits = (!statuses.length || statuses.includes(check.dataset.status)) &&
        selects.every(select => !select.value || check.dataset[select.id] === select.value) &&
        words.every(word => texts.get(check).includes(word));
      check.hidden = !fits;
      if (fits) shown++;
    }
    for (const area of all('section.area')) area.hidden = !area.querySelector('.check:not([hidden])');
    by('none').hidden = shown > 0 || !checks.length;
    const count = by('count');
    count.textContent = count.dataset.text.replace('{n}', shown).replace('{all}', checks.length);
  }

  // The address keeps the filter, so that a link shows what its sender saw.
  function keep() {
    const hash = new URLSearchParams();
    for (const select of selects) if (select.value) hash.set(select.id, select.value);
    const statuses = boxes.filter(box => box.checked).map(box => box.value);
    if (statuses.length) hash.set('status', statuses.join(','));
    if (query.value) hash.set('q', query.value);
    history.replaceState(null, '', '#' + hash);
  }

  function set(hash) {
    const statuses = (hash.get('status') || '').split(',');
    for (const box of boxes) box.checked = statuses.includes(box.value);
    for (const select of selects) {
      select.value = hash.get(select.id) || '';
      if (select.selectedIndex < 0) select.value = '';
    }
    query.value = hash.get('q') || '';
    apply();
  }

  function follow(jump) {
    const name = location.hash.slice(1);
    let target = null;
    try { target = by(decodeURIComponent(name)); } catch { /* no name of ours */ }
    const check = target && target.matches('.body') && target.closest('.check');
    if (check) {
      set(new URLSearchParams());
      check.open = true;
      check.scrollIntoView({ block: 'start' });
      check.querySelector('summary').focus({ preventScroll: true });
    } else if (name.includes('=')) {
      set(new URLSearchParams(name));
      by('checks').scrollIntoView();
      if (jump) by('checks').focus({ preventScroll: true });
    }
  }

  document.querySelector('.filter').hidden = false;
  apply();
  follow(false);
  addEventListener('hashchange', () => follow(true));
  for (const control of [query, ...boxes, ...selects]) {
    control.addEventListener('input', () => { apply(); keep(); });
  }
  by('clear').addEventListener('click', () => { set(new URLSearchParams()); keep(); });
  by('open').addEventListener('click', () => checks.forEach(check => { check.open ||= !check.hidden; }));
  by('close').addEventListener('click', () => checks.forEach(check => { check.open = false; }));
  addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input, select, textarea')) return;
    event.preventDefault();
    query.focus();
    query.select();
  });

  const button = (label, press) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = label;
    made.addEventListener('click', () => press(made));
    return made;
  };

  // Copying may be forbidden to a page that was opened as a file: then the command is
  // selected, and the page says so.
  for (const code of all('.repeat code')) {
    code.after(button(said.dataset.copy, async made => {
      let done = true;
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        getSelection().selectAllChildren(code);
        done = document.execCommand('copy');
      }
      said.textContent = made.textContent = done ? said.dataset.copied : said.dataset.selected;
      setTimeout(() => { made.textContent = said.dataset.copy; said.textContent = ''; }, 4000);
    }));
  }

  // Indenting moves nothing but white space between tokens: digits and escapes stay as
  // they were sent.
  function indent(text) {
    let out = '', depth = 0, quoted = false;
    const line = () => '\n' + '  '.repeat(depth);
    for (let i = 0; i < text.length; i++) {
      const c = text[i];
      if (quoted) {
        out += c;
        if (c === '\\') out += text[++i];
        if (c === '"') quoted = false;
      } else if (c === '"') {
        quoted = true;
        out += c;
      } else if (c === '{' || c === '[') {
        const rest = text.slice(i + 1).match(/^\s*[}\]]/);
        if (rest) { out += c + rest[0].trim(); i += rest[0].length; } else { depth++; out += c + line(); }
      } else if (c === '}' || c === ']') {
        depth--;
        out += line() + c;
      } else if (c === ',') {
        out += c + line();
      } else if (c === ':') {
        out += ': ';
      } else if (!/\s/.test(c)) {
        out += c;
      }
    }
    return out;
  }
  for (const body of all('pre.json')) {
    const raw = [...body.childNodes];
    const text = raw.map(node => node.nodeName === 'I' && /^\\[nrt]$/.test(node.textContent) ? '' : node.textContent).join('');
    const made = button(said.dataset.indent, () => {
      const on = made.getAttribute('aria-pressed') !== 'true';
      made.setAttribute('aria-pressed', on);
      if (on) body.replaceChildren(indent(text)); else body.replaceChildren(...raw);
    });
    made.setAttribute('aria-pressed', 'false');
    body.nextElementSibling.append(made);
  }

  // Older browsers print a closed element closed.
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = all('.check.fail, .check.warn, .check.error').filter(check => !check.open);
    for (const check of opened) check.open = true;
  });
  addEventListener('afterprint', () => {
    for (const check of opened) check.open = false;
  });
})();

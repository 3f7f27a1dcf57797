// The pages read and work without this. What it adds: they stay fresh, times are the
// reader's, the form beside the JSON, copy buttons, and a few keys.
'use strict';
(() => {
  const by = id => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const words = document.body.dataset;

  // What the server has sent, before anything here has changed it: only what differs
  // from that is put in place of it.
  // A countdown differs each time and is no news.
  const sent = new WeakMap();
  const plain = node => node.outerHTML.replace(/(<time [^>]*data-due[^>]*>)[^<]*/g, '$1');
  const remember = node => { sent.set(node, plain(node)); for (const child of node.children) sent.set(child, plain(child)); };
  all('[data-part]').forEach(remember);

  // Live: the stream says that there is news, the page asks for itself again.
  let source = null, busy = false, again = false, retry = 0;
  const pulse = by('pulse');
  const show = on => { pulse.hidden = false; pulse.textContent = on ? pulse.dataset.here : pulse.dataset.away; pulse.classList.toggle('off', !on); };

  function listen() {
    clearTimeout(retry);
    if (source || !words.live || document.hidden) return;
    const about = new URLSearchParams({ topics: words.live });
    const event = document.querySelector('[data-event]');
    if (event) about.set('event', event.dataset.event);
    const app = document.querySelector('[data-app]');
    if (app) about.set('app', app.dataset.app);
    source = new EventSource('/live?' + about);
    source.addEventListener('open', () => { show(true); refresh(); });
    source.addEventListener('news', refresh);
    source.addEventListener('error', () => {
      show(false);
      if (source.readyState === EventSource.CLOSED) { source = null; retry = setTimeout(listen, 3000); }
    });
  }

  // A browser opens few connections to one address: a page that nobody sees has none.
  function rest() {
    if (source) source.close();
    source = null;
  }
  document.addEventListener('visibilitychange', () => document.hidden ? rest() : listen());
  addEventListener('pagehide', rest);
  addEventListener('pageshow', listen);

  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(words.address, { headers: { Accept: 'text/html', 'Khop-Refresh': '1' } });
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        for (const part of all('[data-part]')) {
          const next = page.getElementById(part.id);
          if (next) settle(part, next);
        }
        count();
      }
    } catch {
      show(false);
    }
    setTimeout(() => { busy = false; if (again) { again = false; refresh(); } }, 250);
  }

  function settle(part, next) {
    if (part.dataset.part === 'rows') { rows(part, next); return; }
    if (sent.get(part) !== plain(next)) swap(part, next);
  }

  // swap puts an element in place of an older one; what was open or had the focus is
  // open and has it again.
  function swap(old, next) {
    const controls = 'a, button, summary, input, select';
    const focused = all(controls, old).indexOf(document.activeElement);
    const open = new Set(all('details[open]', old).map(details => details.id));
    const known = new Set(all('details', old).map(details => details.id));
    remember(next);
    for (const details of all('details', next)) if (known.has(details.id)) details.open = open.has(details.id);
    old.replaceWith(next);
    decorate(next);
    if (focused >= 0) all(controls, next)[focused]?.focus({ preventScroll: true });
  }

  // rows changes the rows of a list where they stand. New ones slide in on top, unless
  // somebody is reading: then they wait behind a button.
  let pending = null;
  function rows(list, next, release = false) {
    const fresh = [...next.children];
    const button = document.querySelector(`.held[data-for="${list.id}"]`);
    const added = fresh.filter(row => !by(row.id) && !row.id.endsWith('-none'));
    for (const row of fresh) {
      const old = by(row.id);
      if (!old || sent.get(old) === plain(row)) continue;
      const copy = row.cloneNode(true);
      swap(old, copy);
      copy.classList.add('changed');
    }
    if (button && added.length && !release && reading(list)) {
      pending = { list, next };
      button.hidden = false;
      button.textContent = button.dataset.text.replace('{n}', added.length);
      return;
    }
    if (button) { button.hidden = true; pending = null; }
    const wanted = new Set(fresh.map(row => row.id));
    for (const row of [...list.children]) if (!wanted.has(row.id)) row.remove();
    let at = list.firstElementChild;
    for (const row of fresh) {
      const own = by(row.id);
      if (own === at && own) { at = at.nextElementSibling; continue; }
      const placed = own || row;
      if (!own) { sent.set(row, plain(row)); row.classList.add('arrived'); }
      list.insertBefore(placed, at);
      decorate(placed);
    }
  }

  // reading tells whether new rows would move what somebody looks at.
  function reading(list) {
    return list.getBoundingClientRect().top < 0 || list.contains(document.activeElement) ||
      matchMedia('(hover: hover)').matches && list.matches(':hover') || list.contains(getSelection().anchorNode) && !getSelection().isCollapsed;
  }
  for (const button of all('.held')) {
    button.addEventListener('click', () => {
      if (!pending) return;
      rows(pending.list, pending.next, true);
      document.querySelector('h1').scrollIntoView({ block: 'nearest' });
    });
  }

  // When the next attempt is due, counted down.
  const [hour, minute, second] = words.units.split(' ');
  function span(seconds) {
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    return [hours && hours + '\u00a0' + hour, minutes && minutes + '\u00a0' + minute, (seconds % 60 || seconds < 60) && seconds % 60 + '\u00a0' + second].filter(Boolean).join(' ');
  }
  function count() {
    for (const time of all('time[data-due]')) {
      const left = Math.ceil((new Date(time.dateTime) - Date.now()) / 1000);
      time.textContent = left > 0 ? words.in.replace('{n}', span(left)) : words.due;
    }
  }
  setInterval(count, 1000);

  // The server has written times as its own clock has them: the reader's stand in their
  // place, in the same form, with the date where that is not today.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  function localise(time) {
    const at = new Date(time.dateTime);
    if (isNaN(at)) return;
    const part = (n, digits = 2) => String(n).padStart(digits, '0');
    const day = d => [d.getFullYear(), part(d.getMonth() + 1), part(d.getDate())].join('-');
    const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(n => part(n)).join(':');
    const offset = -at.getTimezoneOffset(), ahead = Math.abs(offset);
    const shift = (offset < 0 ? '-' : '+') + part(Math.floor(ahead / 60)) + ':' + part(ahead % 60);
    time.title = `${day(at)} ${clock}.${part(at.getMilliseconds(), 3)} ${shift} (${zone})`;
    if (!('due' in time.dataset)) time.textContent = day(at) === day(new Date()) ? clock : day(at) + ' ' + clock;
  }

  // Copying may be forbidden: then the text is selected, and the page says so. The
  // button of a block stands above it, where it covers nothing.
  function decorate(within) {
    for (const time of [...(within.matches?.('time') ? [within] : []), ...all('time', within)]) localise(time);
    for (const box of [...(within.matches?.('.copy') ? [within] : []), ...all('.copy', within)]) {
      const text = box.querySelector('code, pre');
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = words.copy;
      button.addEventListener('click', async () => {
        let done = true;
        try {
          await navigator.clipboard.writeText(text.textContent);
        } catch {
          getSelection().selectAllChildren(text);
          done = document.execCommand('copy');
        }
        by('said').textContent = button.textContent = done ? words.copied : words.selected;
        setTimeout(() => { button.textContent = words.copy; by('said').textContent = ''; }, 4000);
      });
      if (box.matches('.block')) box.prepend(button); else box.append(button);
    }
  }
  decorate(document);

  // A choice is followed at once, unless it would throw away what somebody has written.
  for (const form of all('form[data-submit]')) {
    form.addEventListener('change', event => { if (event.target.matches('select')) form.requestSubmit(); });
    form.addEventListener('submit', event => {
      if (!form.dataset.lose || !edited() || confirm(form.dataset.lose)) return;
      event.preventDefault();
      form.reset();
    });
  }
  function edited() {
    const draft = by('draft'), body = by('body');
    return draft && ('edited' in draft.dataset || body.value !== body.defaultValue);
  }

  // Another provider's form keeps what was typed and is not the provider's own.
  document.addEventListener('click', async event => {
    const tab = event.target.closest('.tabs a');
    if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    let page;
    try {
      const answer = await fetch(tab.href, { headers: { Accept: 'text/html', 'Khop-Refresh': '1' } });
      if (!answer.ok) throw new Error(answer.status);
      page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    } catch {
      location.assign(tab.href);
      return;
    }
    const typed = document.querySelector('main .form').elements, fresh = page.querySelector('main .form').elements;
    for (const name of ['target', 'name', 'speed', 'headers']) fresh[name].value = typed[name].value;
    fresh.paused.checked = typed.paused.checked;
    by('main').replaceChildren(...page.getElementById('main').childNodes);
    history.replaceState(null, '', tab.href);
    decorate(by('main'));
    document.querySelector('.tabs [aria-current]').focus();
  });

  // Keys: / to search, g and a letter to go somewhere.
  let going = false;
  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input, select, textarea')) return;
    if (going) {
      going = false;
      const to = { o: '/', a: '/apps', s: '/send', e: '/events', c: '/check' }[event.key];
      if (to) location.assign(to);
      return;
    }
    if (event.key === 'g') { going = true; setTimeout(() => { going = false; }, 1500); }
    const search = by('q');
    if (event.key === '/' && search) { event.preventDefault(); search.focus(); search.select(); }
  });

  // Send: the form and the body say the same, and khop says what it makes of it.
  const draft = by('draft');
  if (draft) compose();

  function compose() {
    const body = by('body'), fields = by('fields'), problems = by('problems');
    by('form').hidden = !fields.firstElementChild;
    let timer = 0, turn = 0;

    async function judge(fromBody) {
      const mine = ++turn;
      let said;
      try {
        const answer = await fetch('/send/preview', { method: 'POST', body: new URLSearchParams(new FormData(draft)) });
        if (!answer.ok) throw new Error(answer.status);
        said = await answer.json();
      } catch {
        problems.replaceChildren(item('warn', '!', problems.dataset.offline));
        return;
      }
      if (mine !== turn) return; // something newer is on its way
      const wrong = Object.values(said.wrong);
      by('curl').textContent = said.curl || '';
      problems.replaceChildren(...wrong.map(text => item('fail', '✗', text)), ...said.problems.map(p => item('warn', '!', p.message)),
        ...(wrong.length + said.problems.length ? [] : [item('pass', '✓', problems.dataset.fits)]));
      fields.classList.toggle('stale', !said.fields.trim());
      if (fromBody && said.fields.trim()) {
        fields.innerHTML = said.fields;
        by('form').hidden = false;
      }
      for (const field of all('[data-at]', fields)) {
        const bad = said.problems.some(p => p.pointer === field.dataset.at);
        field.querySelector('input, select').setAttribute('aria-invalid', bad);
      }
    }
    const soon = fromBody => { clearTimeout(timer); timer = setTimeout(judge, 250, fromBody); };

    body.addEventListener('input', () => soon(true));
    draft.addEventListener('change', event => { if (event.target.matches('[type=checkbox], [type=number]')) soon(false); });
    // Enter in the form sends nothing: what is written shows as it is typed.
    fields.addEventListener('keydown', event => { if (event.key === 'Enter' && event.target.matches('input')) event.preventDefault(); });
    fields.addEventListener('input', event => {
      const at = event.target.closest('[data-at]');
      const text = 'query' in draft.dataset ? queried(body.value, at.dataset.at, event.target.value)
        : written(body.value, at.dataset.at, literal(event.target));
      if (text === null) return;
      body.value = text;
      soon(false);
    });
  }

  function item(look, mark, text) {
    const made = document.createElement('li'), sign = document.createElement('span');
    made.className = look;
    sign.className = 'mark';
    sign.ariaHidden = 'true';
    sign.textContent = mark;
    made.append(sign, ' ', text);
    return made;
  }

  // literal is a field's value as JSON. What is no number goes out as text: the schema
  // then says what is wrong with it.
  function literal(input) {
    const kind = input.dataset.kind, value = input.value;
    if (kind === 'number' && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return value;
    if (kind === 'boolean' && /^(true|false)$/.test(value)) return value;
    return JSON.stringify(value);
  }

  // written is a JSON text with another value at a pointer; every other byte stays.
  function written(text, pointer, value) {
    let places;
    try { JSON.parse(text); places = spans(text); } catch { return null; }
    const place = places.get(pointer);
    if (place) return text.slice(0, place[0]) + value + text.slice(place[1]);
    const cut = pointer.lastIndexOf('/');
    const parent = places.get(pointer.slice(0, cut));
    if (!parent || text[parent[0]] !== '{') return null;
    const name = JSON.stringify(pointer.slice(cut + 1).replaceAll('~1', '/').replaceAll('~0', '~'));
    const inside = text.slice(parent[0] + 1, parent[1] - 1);
    const end = parent[0] + 1 + inside.trimEnd().length;
    const indent = /^\s*/.exec(inside)[0];
    return text.slice(0, end) + (inside.trim() ? ',' : '') + indent + name + ': ' + value + text.slice(end);
  }

  // spans finds where each value of a JSON text stands, by its pointer.
  function spans(text) {
    const found = new Map();
    let i = 0;
    const blank = () => { while (/\s/.test(text[i] ?? '')) i++; };
    const quoted = () => { for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++; i++; };
    function value(at) {
      blank();
      const from = i;
      if (text[i] === '{' || text[i] === '[') {
        const object = text[i++] === '{';
        blank();
        for (let n = 0; text[i] !== '}' && text[i] !== ']'; n++) {
          let name = String(n);
          if (object) {
            const start = i;
            quoted();
            name = JSON.parse(text.slice(start, i)).replaceAll('~', '~0').replaceAll('/', '~1');
            blank();
            i++; // the colon
          }
          value(at + '/' + name);
          blank();
          if (text[i] === ',') { i++; blank(); }
        }
        i++;
      } else if (text[i] === '"') {
        quoted();
      } else {
        while (/[^\s,\]}]/.test(text[i] ?? ',')) i++;
      }
      found.set(at, [from, i]);
    }
    value('');
    return found;
  }

  // queried is a query string with another value for a parameter.
  function queried(text, pointer, value) {
    const name = pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
    const parameters = text.trim().split('&');
    const at = parameters.findIndex(parameter => parameter.split('=')[0] === name);
    const made = name + '=' + encodeURIComponent(value);
    if (at < 0) parameters.push(made); else parameters[at] = made;
    return parameters.join('&');
  }

  count();
  listen();
})();

/** Languages of the catalogue's texts, the one that is taken without a wish first. */
export const languages = ['en', 'ko'] as const;

export type Language = (typeof languages)[number];

interface Wish {
  readonly range: string;
  readonly quality: number;
}

const WISH = /^(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/**
 * The language of an answer by an `Accept-Language` header (RFC 9110): the one with the highest quality, among equals
 * the one that is named first; English when none is wished for. What cannot be read is passed over.
 */
export function chooseLanguage(header: string | undefined): Language {
  const wishes = (header ?? '').split(',').flatMap(readWish);
  const rated = languages.map((language) => ({ language, ...rate(language, wishes) }));
  const [best] = rated.toSorted((a, b) => b.quality - a.quality || a.place - b.place);
  return best && best.quality > 0 ? best.language : languages[0];
}

function readWish(text: string): Wish[] {
  const [, range, quality] = WISH.exec(text.trim()) ?? [];
  return range === undefined ? [] : [{ range: range.toLowerCase(), quality: Number(quality ?? 1) }];
}

/** How much a language is wished for, and where in the header; `*` speaks of the languages that are not named. */
function rate(language: Language, wishes: readonly Wish[]): { quality: number; place: number } {
  const named = wishes.findIndex(({ range }) => range === language || range.startsWith(`${language}-`));
  const place = named >= 0 ? named : wishes.findIndex(({ range }) => range === '*');
  return { quality: wishes[place]?.quality ?? 0, place: place >= 0 ? place : wishes.length };
}

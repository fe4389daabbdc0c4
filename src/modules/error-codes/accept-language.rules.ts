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

/**
 * How much a language is wished for, and where in the header. Its own range speaks for it, without one the best of its
 * regions; `*` speaks of the languages that are not named.
 */
function rate(language: Language, wishes: readonly Wish[]): { quality: number; place: number } {
  const ranked = wishes.map(({ range, quality }, place) => ({ range, quality, place }));
  const regions = ranked.filter(({ range }) => range.startsWith(`${language}-`));
  const [bestRegion] = regions.toSorted((a, b) => b.quality - a.quality);
  const speaking = ranked.find(({ range }) => range === language) ?? bestRegion;
  return speaking ?? ranked.find(({ range }) => range === '*') ?? { quality: 0, place: wishes.length };
}

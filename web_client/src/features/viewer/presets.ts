/** Windows to choose from: the image's own (DICOM PS3.3 §C.11.2.1.2) and the usual ones of its modality. Pure. */

export interface WindowValues {
  readonly center: number;
  readonly width: number;
}

export type Preset =
  | { readonly kind: 'own'; readonly name: string; readonly window: WindowValues }
  | { readonly kind: 'full' }
  | { readonly kind: 'lung' | 'mediastinum' | 'bone' | 'brain' | 'abdomen'; readonly window: WindowValues };

const CT: readonly Preset[] = [
  { kind: 'lung', window: { center: -600, width: 1500 } },
  { kind: 'mediastinum', window: { center: 40, width: 400 } },
  { kind: 'bone', window: { center: 400, width: 1800 } },
  { kind: 'brain', window: { center: 40, width: 80 } },
  { kind: 'abdomen', window: { center: 60, width: 360 } },
];

export function presetsOf(
  modality: string,
  own: readonly { readonly name: string; readonly window: WindowValues }[],
): Preset[] {
  const named = own.map(({ name, window }): Preset => ({ kind: 'own', name, window }));
  return [...named, ...(modality === 'CT' ? CT : []), { kind: 'full' }];
}

/** LINEAR (PS3.3 §C.11.2.1.2.1): the bounds of the window. */
export function boundsOf({ center, width }: WindowValues): {
  readonly lower: number;
  readonly upper: number;
} {
  return { lower: center - 0.5 - (width - 1) / 2, upper: center - 0.5 + (width - 1) / 2 };
}

export function windowOf({ lower, upper }: { readonly lower: number; readonly upper: number }): WindowValues {
  return { center: (lower + upper + 1) / 2, width: upper - lower + 1 };
}

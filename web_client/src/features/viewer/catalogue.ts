/** What a study holds, asked by QIDO-RS and WADO-RS metadata (DICOM PS3.18 §10.6, §10.4). */

import { lineDown, problemFrom } from '../../api/problem';
import type { WindowValues } from './presets';

type Tag = { readonly vr: string; readonly Value?: readonly unknown[] };
export type Instance = Readonly<Record<string, Tag | undefined>>;

export interface SeriesEntry {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly modality: string;
  readonly description: string;
  readonly number: number;
}

/** One frame of one image, in the order in which the series is scrolled. */
export interface FrameEntry {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopUid: string;
  readonly frame: number;
  readonly instance: Instance;
}

const TAG = {
  modality: '00080060',
  seriesDescription: '0008103E',
  seriesUid: '0020000E',
  seriesNumber: '00200011',
  sopUid: '00080018',
  instanceNumber: '00200013',
  frames: '00280008',
  rows: '00280010',
  windowCenter: '00281050',
  windowWidth: '00281051',
  windowExplanation: '00281055',
} as const;

function values(instance: Instance, tag: string): readonly unknown[] {
  return instance[tag]?.Value ?? [];
}

function text(instance: Instance, tag: string): string {
  return String(values(instance, tag)[0] ?? '');
}

function numeric(instance: Instance, tag: string, otherwise: number): number {
  const value = Number(values(instance, tag)[0]);
  return Number.isFinite(value) ? value : otherwise;
}

async function fetchDicomJson(path: string): Promise<Instance[]> {
  let answer: Response;
  try {
    answer = await fetch(`/dicomweb/${path}`, { headers: { Accept: 'application/dicom+json' } });
  } catch {
    throw lineDown();
  }
  if (answer.status === 204) return [];
  if (!answer.ok) throw problemFrom(answer.status, await answer.json().catch(() => null));
  return (await answer.json()) as Instance[];
}

export async function fetchSeries(studyUid: string): Promise<SeriesEntry[]> {
  const found = await fetchDicomJson(`studies/${studyUid}/series?includefield=all`);
  const entries = found.map((series) => ({
    studyUid,
    seriesUid: text(series, TAG.seriesUid),
    modality: text(series, TAG.modality),
    description: text(series, TAG.seriesDescription),
    number: numeric(series, TAG.seriesNumber, 0),
  }));
  return entries.sort((a, b) => a.number - b.number);
}

/** Every frame of the series that has pixels, by instance number. */
export async function fetchFrames({
  studyUid,
  seriesUid,
}: Pick<SeriesEntry, 'studyUid' | 'seriesUid'>): Promise<FrameEntry[]> {
  const instances = await fetchDicomJson(`studies/${studyUid}/series/${seriesUid}/metadata`);
  const images = instances.filter((instance) => numeric(instance, TAG.rows, 0) > 0);
  images.sort((a, b) => numeric(a, TAG.instanceNumber, 0) - numeric(b, TAG.instanceNumber, 0));
  return images.flatMap((instance) => {
    const count = Math.max(1, numeric(instance, TAG.frames, 1));
    const sopUid = text(instance, TAG.sopUid);
    return Array.from({ length: count }, (_, index) => ({
      studyUid,
      seriesUid,
      sopUid,
      frame: index + 1,
      instance,
    }));
  });
}

export function modalityOf(instance: Instance): string {
  return text(instance, TAG.modality);
}

/** The windows the image brings along, with their names. */
export function ownWindows(instance: Instance): { readonly name: string; readonly window: WindowValues }[] {
  const [centers, widths] = [values(instance, TAG.windowCenter), values(instance, TAG.windowWidth)];
  const names = values(instance, TAG.windowExplanation);
  return centers.flatMap((center, index) => {
    const window = { center: Number(center), width: Number(widths[index]) };
    const name = String(names[index] ?? (centers.length > 1 ? index + 1 : ''));
    return Number.isFinite(window.center) && window.width >= 1 ? [{ name, window }] : [];
  });
}

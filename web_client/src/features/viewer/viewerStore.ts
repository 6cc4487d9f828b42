/** What the pane shows and whose view it is: the film, the measurements and the sharing, folded into one value. */

import type { ImageReference, Viewport } from '../../signaling/messages';
import { type FrameEntry, fetchFrames, modalityOf, ownWindows, type SeriesEntry } from './catalogue';
import { Film, type ImagePoint, type ToolName } from './cornerstone/film';
import { Measurements } from './cornerstone/measurements';
import { startCornerstone } from './cornerstone/setup';
import { boundsOf, type Preset, presetsOf, type WindowValues, windowOf } from './presets';
import { type Share, type ShareEffect, type ShareEvent, step, UNSHARED } from './share';
import type { Sharing } from './sharing';
import { throttled } from './throttle';

const SHOW_EVERY_MS = 70;
const POINT_EVERY_MS = 50;

export interface Shown {
  readonly phase: 'idle' | 'loading' | 'shown' | 'failed';
  readonly seriesUid: string | null;
  readonly image: ImageReference | null;
  readonly index: number;
  readonly count: number;
  readonly window: WindowValues | null;
  readonly presets: readonly Preset[];
  readonly tool: ToolName;
  readonly share: Share;
  /** Rises whenever the image moved under the pointers. */
  readonly moves: number;
}

const NOTHING: Shown = {
  phase: 'idle',
  seriesUid: null,
  image: null,
  index: 0,
  count: 0,
  window: null,
  presets: [],
  tool: 'window',
  share: UNSHARED,
  moves: 0,
};

export class ViewerStore {
  private shown: Shown = NOTHING;
  private film: Film | null = null;
  private measurements: Measurements | null = null;
  private sharing: Sharing | null = null;
  private pointer: ImagePoint | null = null;
  private isRemote = false;
  private opening = 0;
  private wanted: Pick<SeriesEntry, 'studyUid' | 'seriesUid'> | null = null;
  private readonly catalogue = new Map<string, readonly FrameEntry[]>();
  private readonly listeners = new Set<() => void>();
  private readonly show = throttled(() => this.showView(), SHOW_EVERY_MS);
  private readonly point = throttled(() => this.sendPointer(), POINT_EVERY_MS);

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Shown => this.shown;

  async mount(element: HTMLDivElement): Promise<void> {
    await startCornerstone();
    if (this.film || !element.isConnected) return;
    this.film = new Film(element, {
      onView: () => this.viewChanged(),
      onLoaded: () => this.set({ phase: 'shown' }),
      onFailed: () => this.set({ phase: 'failed' }),
    });
    this.measurements = new Measurements(this.film, {
      onPut: (annotation) => this.annotate({ op: 'put', annotation }),
      onRemoved: (annotation_id) => this.annotate({ op: 'remove', annotation_id }),
    });
    this.set({});
  }

  unmount(): void {
    this.show.cancel();
    this.point.cancel();
    this.measurements?.dispose();
    this.film?.dispose();
    this.film = null;
    this.measurements = null;
  }

  isMounted(): boolean {
    return this.film !== null;
  }

  /** Opens a series because the person here chose it. */
  async choose(series: Pick<SeriesEntry, 'studyUid' | 'seriesUid'>): Promise<void> {
    this.lookedAround();
    await this.open(series, () => 0);
  }

  retry(): void {
    const { wanted } = this;
    if (!wanted) return;
    this.catalogue.delete(wanted.seriesUid);
    this.film?.forget();
    this.set({ seriesUid: null });
    void this.open(wanted, () => 0);
  }

  async scroll(by: number): Promise<void> {
    this.lookedAround();
    await this.film?.scrollTo(this.film.frameIndex() + by);
  }

  setTool(tool: ToolName): void {
    this.film?.setTool(tool);
    this.set({ tool });
  }

  choosePreset(preset: Preset): void {
    this.lookedAround();
    if (preset.kind === 'full') this.film?.setFullRange();
    else this.film?.setBounds(boundsOf(preset.window));
  }

  invert(): void {
    this.lookedAround();
    this.film?.toggleInvert();
  }

  zoomBy(factor: number): void {
    this.lookedAround();
    this.film?.zoomBy(factor);
  }

  reset(): void {
    this.lookedAround();
    this.film?.reset();
  }

  removeSelected(): void {
    this.measurements?.removeSelected();
  }

  /** The hand touched the image: a follower looks around alone from now on. */
  lookedAround(): void {
    this.dispatch({ type: 'looked_around' });
  }

  comeBack(): void {
    if (this.sharing) this.dispatch({ type: 'came_back', view: this.sharing.view });
  }

  /** The pointer over the pane, in CSS pixels from its corner; null when it left. */
  pointAt(canvas: ImagePoint | null): void {
    this.pointer = canvas && this.film ? this.film.toImagePoint(canvas) : null;
    this.point.call();
  }

  canvasOf(point: ImagePoint): ImagePoint | null {
    return this.film?.toCanvas(point) ?? null;
  }

  /** The room's state, again after every change of it; null outside a room. */
  share(sharing: Sharing | null): void {
    const before = this.sharing;
    this.sharing = sharing;
    if (!sharing) {
      if (before) this.dispatch({ type: 'left_room' });
      return;
    }
    this.dispatch({ type: 'view_arrived', meId: sharing.meId, view: sharing.view });
    if (before?.view.annotations !== sharing.view.annotations)
      this.measurements?.reconcile(sharing.view.annotations);
  }

  private set(part: Partial<Shown>): void {
    this.shown = { ...this.shown, ...part };
    for (const listener of this.listeners) listener();
  }

  private dispatch(event: ShareEvent): void {
    const [share, effects] = step(this.shown.share, event);
    if (share !== this.shown.share) this.set({ share });
    for (const effect of effects) this.run(effect);
  }

  private run(effect: ShareEffect): void {
    switch (effect.type) {
      case 'announce':
        this.showView();
        break;
      case 'show':
        this.sharing?.send({
          type: 'show',
          term: effect.term,
          image: effect.image,
          viewport: effect.viewport,
        });
        break;
      case 'apply':
        void this.applyRemote(effect.image, effect.viewport);
        break;
    }
  }

  private async applyRemote(image: ImageReference, viewport: Viewport | null): Promise<void> {
    const indexIn = (frames: readonly FrameEntry[]) =>
      frames.findIndex((entry) => entry.sopUid === image.sop_uid && entry.frame === image.frame);
    this.isRemote = true;
    try {
      const ticket = await this.open({ studyUid: image.study_uid, seriesUid: image.series_uid }, indexIn);
      if (ticket === this.opening && viewport) this.film?.apply(viewport);
    } finally {
      this.isRemote = false;
    }
  }

  /** Shows the series at that place; the latest call wins. Gives its number. */
  private async open(
    series: Pick<SeriesEntry, 'studyUid' | 'seriesUid'>,
    indexIn: (frames: readonly FrameEntry[]) => number,
  ): Promise<number> {
    this.opening += 1;
    this.wanted = series;
    const ticket = this.opening;
    const { film } = this;
    if (!film) return ticket;
    try {
      if (this.shown.seriesUid !== series.seriesUid)
        this.set({ phase: 'loading', seriesUid: series.seriesUid });
      const frames = await this.framesOf(series);
      if (ticket !== this.opening) return ticket;
      const index = Math.max(0, indexIn(frames));
      // Asked of the film, not of what was last chosen: a call that was overtaken has opened nothing.
      if (film.seriesUid() === series.seriesUid) await film.scrollTo(index);
      else await this.openFrames(film, frames, index);
    } catch {
      if (ticket === this.opening) this.set({ phase: 'failed' });
    }
    return ticket;
  }

  private async openFrames(film: Film, frames: readonly FrameEntry[], index: number): Promise<void> {
    const first = frames[index];
    if (!first) {
      this.set({ phase: 'failed', count: 0 });
      return;
    }
    const presets = presetsOf(modalityOf(first.instance), ownWindows(first.instance));
    this.set({ count: frames.length, presets });
    await film.open(frames, index);
    if (this.sharing) this.measurements?.reconcile(this.sharing.view.annotations);
  }

  private async framesOf(
    series: Pick<SeriesEntry, 'studyUid' | 'seriesUid'>,
  ): Promise<readonly FrameEntry[]> {
    const known = this.catalogue.get(series.seriesUid);
    if (known) return known;
    const frames = await fetchFrames(series);
    this.catalogue.set(series.seriesUid, frames);
    return frames;
  }

  private viewChanged(): void {
    const { film } = this;
    if (!film) return;
    const bounds = film.voiBounds();
    const image = film.reference();
    const isOtherImage =
      image?.sop_uid !== this.shown.image?.sop_uid || image?.frame !== this.shown.image?.frame;
    this.set({
      index: film.frameIndex(),
      image,
      window: bounds && windowOf(bounds),
      moves: this.shown.moves + 1,
    });
    if (isOtherImage && this.sharing) this.measurements?.reconcile(this.sharing.view.annotations);
    if (!this.isRemote) this.show.call();
  }

  private showView(): void {
    const image = this.film?.reference();
    const viewport = this.film?.view();
    if (image && viewport) this.dispatch({ type: 'showed', image, viewport });
  }

  private sendPointer(): void {
    const image = this.film?.reference();
    if (!this.sharing || this.shown.share.mode === 'alone') return;
    const at = this.pointer;
    this.sharing.sendPointer(
      image && at ? { sop_uid: image.sop_uid, frame: image.frame, at: [at[0], at[1]] } : null,
    );
  }

  private annotate(
    operation: Parameters<Sharing['send']>[0] extends infer Message
      ? Message extends { type: 'annotate'; operation: infer Operation }
        ? Operation
        : never
      : never,
  ): void {
    this.sharing?.send({ type: 'annotate', operation });
  }
}

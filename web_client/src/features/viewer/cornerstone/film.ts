/**
 * One pane on which a series is looked at. Speaks of frames, windows and image points; what draws it stays inside.
 *
 * Image points are [column, row] in pixels, [0, 0] being the top left corner of the top left pixel
 * (DICOM PS3.3 §C.10.5, PIXEL). Cornerstone's indices have the pixel's centre at whole numbers: half a pixel less.
 */

import {
  Enums,
  eventTarget,
  RenderingEngine,
  type StackViewport,
  type Types,
  utilities,
} from '@cornerstonejs/core';
import { wadors } from '@cornerstonejs/dicom-image-loader';
import {
  LengthTool,
  PanTool,
  Enums as ToolEnums,
  ToolGroupManager,
  type Types as ToolTypes,
  WindowLevelTool,
  ZoomTool,
} from '@cornerstonejs/tools';
import type { ImageReference, Viewport } from '../../../signaling/messages';
import type { FrameEntry } from '../catalogue';

export type ToolName = 'window' | 'pan' | 'zoom' | 'length';

export type ImagePoint = readonly [number, number];

export interface FilmHooks {
  /** Something that others may see has changed: the frame, the window, the place or the size. */
  readonly onView: () => void;
  readonly onLoaded: () => void;
  readonly onFailed: () => void;
}

const TOOLS: Readonly<Record<ToolName, string>> = {
  window: WindowLevelTool.toolName,
  pan: PanTool.toolName,
  zoom: ZoomTool.toolName,
  length: LengthTool.toolName,
};

const { Primary, Auxiliary, Secondary } = ToolEnums.MouseBindings;

const HELD: Readonly<Record<ToolName, readonly ToolTypes.IToolBinding[]>> = {
  window: [],
  pan: [{ mouseButton: Auxiliary }],
  zoom: [{ mouseButton: Secondary }, { numTouchPoints: 2 }],
  length: [],
};

let serial = 0;

function imageIdOf({ studyUid, seriesUid, sopUid, frame }: FrameEntry): string {
  const base = `${window.location.origin}/dicomweb`;
  return `wadors:${base}/studies/${studyUid}/series/${seriesUid}/instances/${sopUid}/frames/${frame}`;
}

export class Film {
  readonly viewportId: string;
  readonly element: HTMLDivElement;
  private readonly engine: RenderingEngine;
  private readonly hooks: FilmHooks;
  private readonly toolGroupId: string;
  private readonly watcher: ResizeObserver;
  private frames: readonly FrameEntry[] = [];
  private opened: Promise<void> = Promise.resolve();
  /** How the series was shown at first: its own window, and black and white as its images say. */
  private initial: Types.StackViewportProperties = {};
  private lastView: Viewport | null = null;
  private isDisposed = false;
  private isResizing = false;
  private readonly onFailure = (event: Event) => {
    const { imageId } = (event as CustomEvent<{ imageId?: string }>).detail;
    if (imageId && imageId === this.currentImageId()) this.hooks.onFailed();
  };
  private readonly onChange = () => this.viewed();
  private readonly onNewImage = () => {
    this.hooks.onLoaded();
    this.viewed();
  };

  constructor(element: HTMLDivElement, hooks: FilmHooks) {
    serial += 1;
    this.element = element;
    this.hooks = hooks;
    this.viewportId = `film-${serial}`;
    this.toolGroupId = `tools-${serial}`;
    this.engine = new RenderingEngine(`engine-${serial}`);
    this.engine.enableElement({ viewportId: this.viewportId, type: Enums.ViewportType.STACK, element });
    this.addTools();
    element.addEventListener(Enums.Events.VOI_MODIFIED, this.onChange);
    element.addEventListener(Enums.Events.CAMERA_MODIFIED, this.onChange);
    element.addEventListener(Enums.Events.STACK_NEW_IMAGE, this.onNewImage);
    eventTarget.addEventListener(Enums.Events.IMAGE_LOAD_FAILED, this.onFailure);
    eventTarget.addEventListener(Enums.Events.IMAGE_LOAD_ERROR, this.onFailure);
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(element);
  }

  dispose(): void {
    this.isDisposed = true;
    this.watcher.disconnect();
    eventTarget.removeEventListener(Enums.Events.IMAGE_LOAD_FAILED, this.onFailure);
    eventTarget.removeEventListener(Enums.Events.IMAGE_LOAD_ERROR, this.onFailure);
    ToolGroupManager.destroyToolGroup(this.toolGroupId);
    this.engine.destroy();
  }

  /** The series that is shown or being opened. */
  seriesUid(): string | null {
    return this.frames[0]?.seriesUid ?? null;
  }

  /** From here on the series counts as unopened, so that it can be opened again. */
  forget(): void {
    this.frames = [];
  }

  /** Shows the series, beginning with that frame. */
  open(frames: readonly FrameEntry[], index: number): Promise<void> {
    this.frames = frames;
    this.opened = this.load(frames, index);
    return this.opened;
  }

  private async load(frames: readonly FrameEntry[], index: number): Promise<void> {
    for (const frame of frames) {
      wadors.metaDataManager.add(
        imageIdOf(frame),
        frame.instance as unknown as Parameters<typeof wadors.metaDataManager.add>[1],
      );
    }
    this.lastView = null;
    await this.viewport().setStack(frames.map(imageIdOf), index);
    if (this.isDisposed) return;
    this.initial = { ...this.viewport().getProperties() };
    this.viewport().resetCamera();
    this.viewport().render();
  }

  /** Turns to that frame, once the series is open. */
  async scrollTo(index: number): Promise<void> {
    await this.opened;
    const bounded = Math.min(Math.max(index, 0), this.frames.length - 1);
    if (bounded !== this.frameIndex()) await this.viewport().setImageIdIndex(bounded);
  }

  frameIndex(): number {
    return this.viewport().getCurrentImageIdIndex();
  }

  currentFrame(): FrameEntry | null {
    return this.frames[this.frameIndex()] ?? null;
  }

  isShowing(): boolean {
    return !this.isDisposed && this.viewport().getImageData() !== undefined && this.currentFrame() !== null;
  }

  reference(): ImageReference | null {
    const frame = this.currentFrame();
    if (!frame) return null;
    return {
      study_uid: frame.studyUid,
      series_uid: frame.seriesUid,
      sop_uid: frame.sopUid,
      frame: frame.frame,
    };
  }

  /** How this pane is looked at, apart from its size. */
  view(): Viewport | null {
    if (!this.isShowing()) return null;
    const viewport = this.viewport();
    const { voiRange, invert } = viewport.getProperties();
    const { clientWidth, clientHeight } = this.element;
    const center = this.toImagePoint([clientWidth / 2, clientHeight / 2]);
    return {
      voi_lower: voiRange?.lower ?? null,
      voi_upper: voiRange?.upper ?? null,
      invert: invert ?? false,
      zoom: viewport.getZoom(),
      center: center ? [center[0], center[1]] : null,
      rotation_deg: 0,
      flip_horizontal: false,
      flip_vertical: false,
    };
  }

  /** Looks at the image as somebody else does, on a pane of another size. */
  apply(view: Viewport): void {
    if (!this.isShowing()) return;
    const viewport = this.viewport();
    const { voi_lower, voi_upper, invert } = view;
    const range =
      voi_lower !== null && voi_upper !== null ? { voiRange: { lower: voi_lower, upper: voi_upper } } : {};
    viewport.setProperties({ ...range, invert });
    viewport.setZoom(view.zoom);
    if (view.center) this.centerOn([view.center[0], view.center[1]]);
    viewport.render();
  }

  voiBounds(): { readonly lower: number; readonly upper: number } | null {
    return this.isShowing() ? (this.viewport().getProperties().voiRange ?? null) : null;
  }

  setBounds(bounds: { readonly lower: number; readonly upper: number }): void {
    this.viewport().setProperties({ voiRange: { ...bounds } });
    this.viewport().render();
  }

  setFullRange(): void {
    const image = this.viewport().getCornerstoneImage();
    const { slope, intercept } = image;
    this.setBounds({
      lower: image.minPixelValue * slope + intercept,
      upper: image.maxPixelValue * slope + intercept,
    });
  }

  toggleInvert(): void {
    const { invert } = this.viewport().getProperties();
    this.viewport().setProperties({ invert: !invert });
    this.viewport().render();
    this.viewed();
  }

  zoomBy(factor: number): void {
    const viewport = this.viewport();
    viewport.setZoom(Math.min(20, Math.max(0.2, viewport.getZoom() * factor)));
    viewport.render();
  }

  reset(): void {
    const viewport = this.viewport();
    // Not resetProperties: in Cornerstone 5.14 it shows MONOCHROME1 images with black and white exchanged.
    const { voiRange, invert = false } = this.initial;
    viewport.setProperties(voiRange ? { voiRange, invert } : { invert });
    viewport.resetCamera();
    viewport.render();
    this.viewed();
  }

  render(): void {
    if (this.isShowing()) this.viewport().render();
  }

  setTool(tool: ToolName): void {
    const group = ToolGroupManager.getToolGroup(this.toolGroupId);
    if (!group) return;
    for (const name of Object.keys(TOOLS) as ToolName[]) {
      const bindings = [...HELD[name], ...(name === tool ? [{ mouseButton: Primary }] : [])];
      if (bindings.length > 0) group.setToolActive(TOOLS[name], { bindings });
      else group.setToolPassive(TOOLS[name]);
    }
  }

  /** From a place in the pane (CSS pixels from its top left corner) to a place in the image. */
  toImagePoint(canvas: ImagePoint): ImagePoint | null {
    const world = this.viewport().canvasToWorld([canvas[0], canvas[1]]);
    return this.worldToImage(world);
  }

  worldToImage(world: Types.Point3): ImagePoint | null {
    const image = this.viewport().getImageData();
    if (!image) return null;
    const [column, row] = utilities.transformWorldToIndexContinuous(image.imageData, world);
    return column === undefined || row === undefined ? null : [column + 0.5, row + 0.5];
  }

  imageToWorld(point: ImagePoint): Types.Point3 | null {
    const image = this.viewport().getImageData();
    if (!image) return null;
    const [x, y, z] = utilities.transformIndexToWorld(image.imageData, [point[0] - 0.5, point[1] - 0.5, 0]);
    return [x ?? 0, y ?? 0, z ?? 0];
  }

  /** From a place in the image to a place in the pane. */
  toCanvas(point: ImagePoint): ImagePoint | null {
    const world = this.isShowing() ? this.imageToWorld(point) : null;
    return world && this.viewport().worldToCanvas(world);
  }

  private centerOn(point: ImagePoint): void {
    const viewport = this.viewport();
    const world = this.imageToWorld(point);
    if (!world) return;
    const [x, y] = viewport.worldToCanvas(world);
    const [panX, panY] = viewport.getPan();
    const { clientWidth, clientHeight } = this.element;
    viewport.setPan([panX + clientWidth / 2 - x, panY + clientHeight / 2 - y]);
  }

  currentImageId(): string | undefined {
    return this.viewport().getCurrentImageId();
  }

  viewport(): StackViewport {
    return this.engine.getViewport(this.viewportId) as StackViewport;
  }

  private resize(): void {
    if (this.isDisposed || this.element.clientWidth === 0) return;
    const view = this.lastView;
    this.isResizing = true;
    this.engine.resize(true, false);
    if (view) this.apply(view);
    this.isResizing = false;
    this.viewed();
  }

  /** Keeps how the image was looked at, so that a pane of another size can show the same. */
  private viewed(): void {
    if (this.isResizing) return;
    this.lastView = this.view();
    this.hooks.onView();
  }

  private addTools(): void {
    const group = ToolGroupManager.createToolGroup(this.toolGroupId);
    if (!group) return;
    for (const name of Object.values(TOOLS)) group.addTool(name);
    group.addViewport(this.viewportId, this.engine.id);
    this.setTool('window');
  }
}

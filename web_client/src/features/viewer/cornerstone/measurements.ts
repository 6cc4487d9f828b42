/** Length measurements between this pane and the room: what is drawn here goes out, what others drew comes in. */

import { eventTarget, type Types } from '@cornerstonejs/core';
import { annotation as annotations, Enums, LengthTool, type Types as ToolTypes } from '@cornerstonejs/tools';
import type { Annotation, AuthoredAnnotation } from '../../../signaling/messages';
import type { Film } from './film';

type Drawn = ToolTypes.Annotation;

export interface MeasurementHooks {
  readonly onPut: (annotation: Annotation) => void;
  readonly onRemoved: (annotationId: string) => void;
}

interface Detail {
  readonly annotation: Drawn;
}

function detailOf(event: Event): Drawn {
  return (event as CustomEvent<Detail>).detail.annotation;
}

function samePoints(a: Annotation, b: Annotation): boolean {
  return JSON.stringify(a.points) === JSON.stringify(b.points);
}

/** Rounded to a hundredth of a pixel, so that going out and coming back changes nothing. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

export class Measurements {
  private readonly film: Film;
  private readonly hooks: MeasurementHooks;
  private readonly known = new Map<string, Annotation>();
  private isApplying = false;
  private readonly onDrawn = (event: Event) => this.send(detailOf(event));
  private readonly onRemoved = (event: Event) => {
    const id = detailOf(event).annotationUID;
    if (this.isApplying || !id || !this.known.delete(id)) return;
    this.hooks.onRemoved(id);
  };

  constructor(film: Film, hooks: MeasurementHooks) {
    this.film = film;
    this.hooks = hooks;
    eventTarget.addEventListener(Enums.Events.ANNOTATION_COMPLETED, this.onDrawn);
    eventTarget.addEventListener(Enums.Events.ANNOTATION_MODIFIED, this.onDrawn);
    eventTarget.addEventListener(Enums.Events.ANNOTATION_REMOVED, this.onRemoved);
  }

  dispose(): void {
    eventTarget.removeEventListener(Enums.Events.ANNOTATION_COMPLETED, this.onDrawn);
    eventTarget.removeEventListener(Enums.Events.ANNOTATION_MODIFIED, this.onDrawn);
    eventTarget.removeEventListener(Enums.Events.ANNOTATION_REMOVED, this.onRemoved);
    annotations.state.removeAllAnnotations();
  }

  /** Makes what stands in the room stand here. */
  reconcile(standing: readonly AuthoredAnnotation[]): void {
    this.isApplying = true;
    const wanted = new Map(standing.map(({ annotation }) => [annotation.annotation_id, annotation]));
    for (const id of this.known.keys()) {
      if (wanted.has(id)) continue;
      annotations.state.removeAnnotation(id);
      this.known.delete(id);
    }
    for (const annotation of wanted.values()) this.put(annotation);
    this.isApplying = false;
    this.film.render();
  }

  removeSelected(): void {
    for (const id of annotations.selection.getAnnotationsSelected()) annotations.state.removeAnnotation(id);
    this.film.render();
  }

  private put(annotation: Annotation): void {
    if (annotation.kind !== 'length' || !this.isOnScreen(annotation)) return;
    const before = this.known.get(annotation.annotation_id);
    if (before && samePoints(before, annotation)) return;
    const worldPoints = annotation.points.map((point) => this.film.imageToWorld([point[0], point[1]]));
    if (worldPoints.some((point) => point === null)) return;
    const points = worldPoints as Types.Point3[];
    this.known.set(annotation.annotation_id, annotation);
    const drawn = annotations.state.getAnnotation(annotation.annotation_id);
    if (drawn?.data.handles) {
      drawn.data.handles.points = points;
      drawn.invalidated = true;
      return;
    }
    LengthTool.hydrate(this.film.viewportId, points, { annotationUID: annotation.annotation_id });
  }

  private isOnScreen({ image }: Annotation): boolean {
    const shown = this.film.reference();
    return shown !== null && shown.sop_uid === image.sop_uid && shown.frame === image.frame;
  }

  private send(drawn: Drawn): void {
    if (this.isApplying || drawn.metadata?.toolName !== LengthTool.toolName || !drawn.annotationUID) return;
    const annotation = this.outgoing(drawn, drawn.annotationUID);
    if (!annotation) return;
    const before = this.known.get(annotation.annotation_id);
    if (before && samePoints(before, annotation)) return;
    this.known.set(annotation.annotation_id, annotation);
    this.hooks.onPut(annotation);
  }

  private outgoing(drawn: Drawn, id: string): Annotation | null {
    const image = this.film.reference();
    const [from, to] = (drawn.data.handles?.points ?? []).map((point) =>
      this.film.worldToImage(point as Types.Point3),
    );
    if (!image || !from || !to) return null;
    return {
      annotation_id: id,
      image,
      kind: 'length',
      points: [
        [rounded(from[0]), rounded(from[1])],
        [rounded(to[0]), rounded(to[1])],
      ],
      label: lengthLabel(drawn),
    };
  }
}

function lengthLabel(drawn: Drawn): string {
  const [stats] = Object.values(drawn.data.cachedStats ?? {}) as { length?: number; unit?: string }[];
  return stats?.length === undefined ? '' : `${stats.length.toFixed(1)} ${stats.unit ?? ''}`.trim();
}

/** Starts Cornerstone3D once. */

import { init as initCore } from '@cornerstonejs/core';
import { init as initLoader } from '@cornerstonejs/dicom-image-loader';
import {
  addTool,
  init as initTools,
  LengthTool,
  PanTool,
  WindowLevelTool,
  ZoomTool,
} from '@cornerstonejs/tools';

let started: Promise<void> | null = null;

async function start(): Promise<void> {
  await initCore();
  await initTools();
  initLoader({ maxWebWorkers: Math.max(1, Math.min(2, Math.floor(navigator.hardwareConcurrency / 2))) });
  for (const tool of [WindowLevelTool, PanTool, ZoomTool, LengthTool]) addTool(tool);
}

export function startCornerstone(): Promise<void> {
  started ??= start();
  return started;
}

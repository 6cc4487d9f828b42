/** Reading what was dropped: folders walked through, files looked at before they take up the line. */

const PREAMBLE_BYTES = 128;
const MEDIA_DIRECTORY = 'DICOMDIR';

function entriesOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A folder is read in portions until an empty one comes. */
async function walk(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) return [await fileOf(entry as FileSystemFileEntry)];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: File[] = [];
  for (let batch = await entriesOf(reader); batch.length > 0; batch = await entriesOf(reader)) {
    for (const child of batch) files.push(...(await walk(child)));
  }
  return files;
}

/** The files of a drop. From folders only DICOM files come; what was dropped by itself comes as it is. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  if (entries.length === 0) return [...transfer.files];
  const files: File[] = [];
  for (const entry of entries) {
    const inside = await walk(entry);
    files.push(...(entry.isDirectory ? await onlyDicom(inside) : inside));
  }
  return files;
}

/** A disc holds viewers, texts and a media directory beside the images. */
export async function onlyDicom(files: readonly File[]): Promise<File[]> {
  const kept: File[] = [];
  for (const file of files) {
    if (file.name.toUpperCase() !== MEDIA_DIRECTORY && (await isDicom(file))) kept.push(file);
  }
  return kept;
}

/** DICOM PS3.10 §7.1: `DICM` after the preamble of 128 bytes. */
export async function isDicom(file: Blob): Promise<boolean> {
  const prefix = await file.slice(PREAMBLE_BYTES, PREAMBLE_BYTES + 4).text();
  return prefix === 'DICM';
}

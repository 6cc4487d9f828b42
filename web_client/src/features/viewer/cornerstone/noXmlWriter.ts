/** Stands in for xmlbuilder2, which vtk.js imports for writing files that no page writes. */
export function create(): never {
  throw new Error('writing XML is not part of this client');
}

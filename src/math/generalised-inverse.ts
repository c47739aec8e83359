/**
 * A generalised inverse of a symmetric positive semidefinite matrix by the sweep operator: rows without a pivot are left at 0.
 * Source: J. H. Goodnight, "A tutorial on the SWEEP operator", The American Statistician 33(3), 1979.
 * @param rows the matrix; the inverse takes its place
 * @param sizes of each row, what its diagonal was summed from: a pivot below 1e-9 of it is rounding, also where terms were taken off again
 */
export function generalisedInverse(rows: Float64Array[], sizes: ArrayLike<number>): Float64Array[] {
  const size = rows.length;
  const unswept: number[] = [];
  for (let pivot = 0; pivot < size; pivot += 1) {
    const line = rows[pivot]!;
    const by = line[pivot]!;
    if (!(by > 1e-9 * sizes[pivot]!)) {
      unswept.push(pivot);
      continue;
    }
    for (let column = 0; column < size; column += 1) line[column]! /= by;
    line[pivot] = 1 / by;
    for (let row = 0; row < size; row += 1) {
      if (row === pivot) continue;
      const other = rows[row]!;
      const factor = other[pivot]!;
      if (factor === 0) continue;
      for (let column = 0; column < size; column += 1) other[column]! -= factor * line[column]!;
      other[pivot] = -factor / by;
    }
  }
  for (const one of unswept) {
    rows[one]!.fill(0);
    for (const line of rows) line[one] = 0;
  }
  return rows;
}

/** A matrix times a vector. */
export function product(matrix: readonly Float64Array[], vector: Float64Array): Float64Array {
  const found = new Float64Array(matrix.length);
  for (const [row, line] of matrix.entries()) {
    for (let column = 0; column < line.length; column += 1) found[row]! += line[column]! * vector[column]!;
  }
  return found;
}

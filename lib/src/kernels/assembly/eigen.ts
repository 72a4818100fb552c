export function tridiagonalise(): void {}
export function applyReflectors(): void {}
export function applyRotations(): void {}

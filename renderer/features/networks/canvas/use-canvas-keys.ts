import { useEffect, useEffectEvent } from 'react';
import { redo, undo } from './history.js';

/** What keys do in the place of networks. */
interface CanvasKeys {
  onDelete: () => void;
  /** Enter on a node of the canvas. */
  onEnter: (nodeId: string) => void;
}

/** Undo, redo, Delete and Enter, wherever the focus is but in a field or a dialog: what was deleted had it. */
export function useCanvasKeys({ onDelete, onEnter }: CanvasKeys): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('input, textarea, [role=dialog], [role=listbox], [role=menu]')) return;
    const isUndo = event.ctrlKey && event.key.toLowerCase() === 'z';
    if (isUndo && event.shiftKey) void redo();
    else if (isUndo) void undo();
    else if (event.key === 'Delete') onDelete();
    else if (event.key === 'Enter') {
      const node = target?.closest('.react-flow__node')?.getAttribute('data-id');
      if (node == null) return;
      onEnter(node);
    } else return;
    event.preventDefault();
  });
  useEffect(() => {
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}

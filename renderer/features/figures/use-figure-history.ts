import { useEffect, useState } from 'react';
import type { PaddockError } from '@shared/errors/paddock-error.js';
import { figureSpans, type Figure, type FigureSpan } from '@shared/figures/figure.js';
import type { VmId } from '@shared/vms/vm-id.js';
import { callHost, useConnection } from '../../stores/connection-store.js';
import { onFigure, useFigureWatch } from '../../stores/figures-store.js';

/** What is known of a machine's figures. */
export interface FigureHistory {
  /** Oldest first; null until the host has answered. */
  figures: readonly Figure[] | null;
  error: PaddockError | null;
}

/**
 * The history of a machine, kept up to date while it is shown: the finest one by live figures, which are as far apart;
 * a coarser one is asked for again with each of its steps.
 */
export function useFigureHistory(id: VmId, span: FigureSpan): FigureHistory {
  const client = useConnection((connection) => connection.client);
  const [history, setHistory] = useState<FigureHistory & { of: string; step: number }>(nothing);
  const [step, setStep] = useState(0);
  useFigureWatch(id);
  const of = `${id} ${span}`;

  useEffect(() => {
    if (!client) return;
    let isShown = true;
    void callHost('figures.history', { id, span }).then((outcome) => {
      if (!isShown) return;
      const answer = outcome.ok
        ? { figures: outcome.value.figures, error: null }
        : { figures: [], error: outcome.error };
      setHistory({ of, step, ...answer });
    });
    return () => {
      isShown = false;
    };
  }, [client, id, span, of, step]);

  useEffect(() => {
    const { stepMs, samples } = figureSpans[span];
    return onFigure(id, (figure) => {
      if (span !== 'minutes') return setStep(Math.floor(figure.at / stepMs));
      setHistory((before) => {
        if (before.of !== of || !before.figures || (before.figures.at(-1)?.at ?? 0) >= figure.at)
          return before;
        const oldest = figure.at - stepMs * samples;
        return {
          ...before,
          error: null,
          figures: [...before.figures.filter(({ at }) => at >= oldest), figure],
        };
      });
    });
  }, [id, span, of]);

  return history.of === of ? history : nothing;
}

const nothing = { of: '', step: 0, figures: null, error: null };

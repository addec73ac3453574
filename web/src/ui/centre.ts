import type { IControl, Map as MapLibreMap } from 'maplibre-gl';
import { make } from './dom.ts';

/** The way to ask what lies at the map's centre without a pointer: a button, and Enter on the map. */
export class CentreControl implements IControl {
  readonly #ask: () => void;
  readonly #element: HTMLElement;

  constructor(ask: () => void) {
    this.#ask = ask;
    const label = 'Interroger le centre de la carte';
    const button = make('button', { type: 'button', class: 'control-centre', title: label, 'aria-label': label });
    button.addEventListener('click', ask);
    this.#element = make('div', { class: 'maplibregl-ctrl maplibregl-ctrl-group' }, button);
  }

  onAdd(map: MapLibreMap): HTMLElement {
    map.getCanvas().addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.#ask();
    });
    return this.#element;
  }

  onRemove(): void {
    this.#element.remove();
  }
}

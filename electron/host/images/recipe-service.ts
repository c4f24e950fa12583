import { failure } from '@shared/errors/paddock-error.js';
import type { Recipe } from '@shared/images/recipe.js';

/** The recipes: those in assets/recipes, and those that were saved. */
export class RecipeService {
  constructor(protected readonly folder: string) {}

  /** All of them. */
  async list(): Promise<{ recipe: Recipe; shipped: boolean }[]> {
    throw failure('internal', { message: 'not yet' });
  }

  /** Keeps one. */
  async save(_recipe: Recipe): Promise<void> {
    throw failure('internal', { message: 'not yet' });
  }

  /** Forgets one that was saved. */
  async remove(_name: string): Promise<void> {
    throw failure('internal', { message: 'not yet' });
  }

  /** Reads one from a file. */
  async read(_path: string): Promise<Recipe> {
    throw failure('internal', { message: 'not yet' });
  }

  /** Writes one to a file. */
  async write(_recipe: Recipe, _path: string): Promise<string> {
    throw failure('internal', { message: 'not yet' });
  }
}

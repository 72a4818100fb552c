import { ConfigError } from "../../core/errors.js";
import type { Mark } from "../marks/mark.js";

/** A number that a reader may turn: rows of other values of it are not drawn. */
export interface Slider {
  /** Field of the rows that holds it. Marks whose rows do not have it are always drawn. */
  readonly field: string;
  /** Its symbol, which stands before its value: "λ − |E₀|". */
  readonly title: string;
  /** What is drawn at first, and where nothing can be turned (a PNG, paper); one of the rows'. */
  readonly value: number;
}

/** Parameters of the spec: which of the values is drawn, counted from 0, and the values. */
const [NAME, VALUES] = ["frame", "frameValues"];
/** A slider of more positions would be rows that nobody can tell apart. */
const MOST_VALUES = 200;

/** A slider with the values that it takes, ascending. */
export interface SliderFrames extends Slider {
  readonly values: readonly number[];
}

/**
 * The values that a slider takes, from the rows of all marks.
 * @throws ConfigError if no rows have the field, some of a mark's do not, a value is no finite
 *   number, there are fewer than 2 or more than 200, or the first is none of them
 */
export function sliderFrames(where: string, slider: Slider, marks: readonly Mark[]): SliderFrames {
  const { field, value } = slider;
  const values = new Set<number>();
  for (const mark of marks.filter((one) => turned(one, field))) {
    mark.rows.forEach((row, n) => {
      const own = row[field];
      if (typeof own !== "number" || !Number.isFinite(own)) {
        throw new ConfigError(
          `${where}: ${mark.kind} has a slider over "${field}", but row ${n} has ${String(own)} there; it must be a finite number.`,
          { row: n, field },
        );
      }
      values.add(own);
    });
  }
  if (values.size < 2 || values.size > MOST_VALUES) {
    throw new ConfigError(
      `${where}: rows have ${values.size} values of "${field}"; a slider needs 2 … ${MOST_VALUES}. Name a field of the rows that numbers their frames.`,
      { field },
    );
  }
  if (!values.has(value)) {
    throw new ConfigError(
      `${where}: the slider begins at ${field} = ${value}, which no row has. Take one of ${[...values].slice(0, 8).join(", ")}.`,
      { field, value },
    );
  }
  return { ...slider, values: [...values].sort((a, b) => a - b) };
}

/** Whether a slider over the field chooses among the rows of a mark. */
export const turned = (mark: Mark, field: string): boolean =>
  mark.rows.length > 0 && Object.hasOwn(mark.rows[0], field);

/** Keeps the rows of one position. */
export const frameFilter = ({ field }: SliderFrames): object => ({
  filter: `datum[${JSON.stringify(field)}] === ${VALUES}[${NAME}]`,
});

/** The parameters of the spec: all values, and the position, with its slider. */
export function sliderParameters({ title, value, values }: SliderFrames): object[] {
  const bind = { input: "range", min: 0, max: values.length - 1, step: 1, name: `${title} ` };
  return [
    { name: VALUES, value: values },
    { name: NAME, value: values.indexOf(value), bind },
  ];
}

/** "λ − |E₀| = 0.01", as it stands at the position of the slider: an expression of Vega. */
export const sliderText = ({ title }: Slider): object => ({
  expr: `${JSON.stringify(`${title} = `)} + format(${VALUES}[${NAME}], ".4~g")`,
});

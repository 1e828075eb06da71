// Tells the server that a picture has been painted: what is large need not go before. It tells it again until the page
// answers by taking this component away, since a report can be lost among others.
import { pageInbox } from "../runtime/inbox.js";

const AGAIN = 4000; // milliseconds

/** @param {{ data: { drawn: string }, setStateValue: (name: string, value: unknown) => void }} component */
export default ({ data, setStateValue }) => {
  let count = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const report = () => {
    count += 1;
    setStateValue("painted", count);
    timer = setTimeout(report, AGAIN);
  };
  // A picture that was drawn in a frame has been painted when the task of the next one is over.
  const leave = pageInbox().subscribe(data.drawn, () =>
    requestAnimationFrame(() => {
      timer = setTimeout(report);
    }),
  );
  return () => {
    leave();
    clearTimeout(timer);
  };
};

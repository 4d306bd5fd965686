// The booking page on the clock of whoever reads it: names the browser's time zone to the server,
// where it is not the business's and the address does not name one already.
const { zone, zoneNamed } = document.body.dataset;
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

function named(address) {
  const url = new URL(address, location.href);
  url.searchParams.set("zone", here);
  return url.href;
}

if (zone && here && here !== zone && zoneNamed === undefined) {
  if (document.querySelector("[data-clock]")) {
    location.replace(named(location.href));
  } else {
    for (const link of document.querySelectorAll("main a[href^='/book/']")) link.href = named(link.href);
  }
}

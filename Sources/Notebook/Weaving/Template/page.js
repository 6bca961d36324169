// Marks a page whose script runs, so that what needs one shows only then.
document.documentElement.classList.add("scripted");

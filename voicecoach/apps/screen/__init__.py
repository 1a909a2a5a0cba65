"""The parts of the rehearsal screen: what is shown (pure), how it is drawn, how keys are taken."""

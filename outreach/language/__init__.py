"""How we speak: correct French and Spanish from data and rules."""

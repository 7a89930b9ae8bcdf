//! What must not compile: a letter, an email or an order that leaves without clearance.

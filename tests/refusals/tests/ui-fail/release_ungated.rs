//! A service order released without a clearance.

use domain::service_order::ServiceOrder;

fn release(order: ServiceOrder) {
    let _ = domain::compliance::release(order);
}

fn main() {
    let _ = release;
}

alter table customer drop column full_name;

create table greetings (id int primary key, words text not null);
insert into greetings values
  (1, 'A balancer, a web server and a database, linked: three containers, one task.'),
  (2, 'Everything that happened to them is in the log: ecs history.');
create table visits (id bigint generated always as identity primary key, at timestamptz not null default now());

using CsCheck;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Model.Fleet;

namespace Ecs.Scheduler.Tests;

public class InstanceTableTests
{
    private static readonly Gen<(int Number, int Version)[]> Changes =
        Gen.Select(Gen.Int[0, 120], Gen.Int[-1, 3]).Array[0, 300];

    [Fact]
    public void A_table_is_what_a_sorted_dictionary_would_be() => Changes.Sample(changes =>
    {
        var expected = new SortedDictionary<string, InstanceState>(StringComparer.Ordinal);
        var table = Play(InstanceTable.Empty, changes, expected);

        Assert.Equal(expected.Values, table.InNameOrder());
        Assert.Equal(expected.Keys, table.Arns);
        Assert.All(expected, pair => Assert.Same(pair.Value, table.Find(pair.Key)));
        Assert.Equal(expected.Count, table.Count);
    });

    [Fact]
    public void A_comparison_tells_just_what_differs() => Gen.Select(Changes, Changes).Sample((first, second) =>
    {
        var older = Play(InstanceTable.Empty, first, []);
        var newer = Play(older, second, []);
        var told = older.InNameOrder().ToDictionary(i => i.Arn);
        InstanceTable.Compare(older, newer, (before, after) =>
        {
            Assert.False(ReferenceEquals(before, after));
            if (before is not null) Assert.True(told.Remove(before.Arn));
            if (after is not null) told.Add(after.Arn, after);
        });
        Assert.Equal(newer.InNameOrder(), told.Values.OrderBy(i => i.Arn, StringComparer.Ordinal));
    });

    [Fact]
    public void An_open_table_becomes_what_the_closed_one_becomes_and_leaves_the_one_that_was_opened() =>
        Gen.Select(Changes, Changes, Changes).Sample((first, second, third) =>
        {
            var before = Play(InstanceTable.Empty, first, []);
            var was = before.InNameOrder().ToList();

            var once = Play(before.Open(), second, []).Close();
            var then = once.InNameOrder().ToList();
            var twice = Play(once.Open(), third, []).Close();

            Assert.Equal(was, before.InNameOrder());
            Assert.Equal(then, once.InNameOrder());
            Assert.Equal(
                Play(Play(before, second, []), third, []).InNameOrder().Select(i => (i.Arn, i.Version)),
                twice.InNameOrder().Select(i => (i.Arn, i.Version)));
            var told = before.InNameOrder().ToDictionary(i => i.Arn);
            InstanceTable.Compare(before, twice, (older, newer) =>
            {
                if (older is not null) Assert.True(told.Remove(older.Arn));
                if (newer is not null) told.Add(newer.Arn, newer);
            });
            Assert.Equal(twice.InNameOrder(), told.Values.OrderBy(i => i.Arn, StringComparer.Ordinal));
        });

    private static InstanceTable Play(
        InstanceTable table,
        IEnumerable<(int Number, int Version)> changes,
        SortedDictionary<string, InstanceState> expected)
    {
        foreach (var (number, version) in changes)
        {
            var instance = Instance(number, version);
            table = version < 0 ? table.Remove(instance.Arn) : table.SetItem(instance);
            if (version < 0) expected.Remove(instance.Arn);
            else expected[instance.Arn] = instance;
        }

        return table;
    }

    private static InstanceState Instance(int number, int version) => new()
    {
        Arn = Arn.ContainerInstance(Scope.Default, "default", number.ToString("x32")).ToString(),
        ClusterArn = Arn.Cluster(Scope.Default, "default").ToString(),
        Profile = new InstanceProfile
        {
            Session = 1,
            Hostname = "machine",
            Resources = new InstanceResources { Cpu = 1024, Memory = 1024 },
            Attributes = [],
            VersionInfo = new(),
        },
        RegisteredAt = Fleet.Noon,
        Version = version,
    };
}

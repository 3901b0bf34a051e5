using System.Xml.Linq;

namespace Ecs.Architecture.Tests;

public class LayoutTests
{
    public static TheoryData<string> Services =>
        [.. Repository.Projects.Where(p => p.Path.StartsWith("services/", StringComparison.Ordinal)).Select(p => p.Name)];

    [Fact]
    public void The_contracts_stand_alone_so_that_anyone_may_reference_them()
    {
        var contracts = Of("Contracts");
        Assert.Empty(contracts.Projects);
        Assert.Empty(contracts.Packages);
    }

    [Fact]
    public void The_model_knows_the_contracts_and_nothing_else()
    {
        Assert.Equal(["Contracts"], Of("Model").Projects);
        Assert.Empty(Of("Model").Packages);
    }

    [Fact]
    public void Placement_knows_the_model_and_nothing_else()
    {
        Assert.Equal(["Model"], Of("Placement").Projects);
        Assert.Empty(Of("Placement").Packages);
    }

    [Fact]
    public void The_rules_know_model_and_placement_and_nothing_else()
    {
        Assert.Equal(["Model", "Placement"], Of("Rules").Projects.Order());
        Assert.Empty(Of("Rules").Packages);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void No_service_references_another(string service)
    {
        var shared = Repository.Projects
            .Where(p => p.Path.StartsWith("shared/", StringComparison.Ordinal))
            .Select(p => p.Name)
            .ToHashSet();
        Assert.All(Of(service).Projects, reference => Assert.Contains(reference, shared));
    }

    [Theory]
    [InlineData("Agent")]
    [InlineData("Gateway")]
    [InlineData("Cli")]
    public void Programs_without_a_database_do_not_carry_the_log(string service) =>
        Assert.DoesNotContain("Log", Reachable(Of(service)).Select(p => p.Name));

    [Fact]
    public void The_cli_speaks_http_only() =>
        Assert.Equal(["Contracts"], Reachable(Of("Cli")).Select(p => p.Name).Except(["Cli"]));

    [Fact]
    public void Marten_is_set_up_in_the_log_and_mass_transit_in_the_bus_and_nowhere_else()
    {
        var owners = Repository.Projects.Where(p => !p.Path.StartsWith("tests/", StringComparison.Ordinal));
        Assert.Equal(["Log"], owners.Where(p => p.Packages.Contains("Marten")).Select(p => p.Name));
        Assert.Equal(["Bus"], owners.Where(p => p.Packages.Contains("MassTransit.RabbitMQ")).Select(p => p.Name));
    }

    [Fact]
    public void Every_package_has_one_exact_version_and_mass_transit_stays_below_nine()
    {
        var versions = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .ToDictionary(p => (string)p.Attribute("Include")!, p => (string)p.Attribute("Version")!);
        Assert.All(versions, p => Assert.Matches(@"^\d+\.\d+(\.\d+)*(-[a-z0-9.]+)?$", p.Value));
        Assert.All(
            versions.Where(p => p.Key.StartsWith("MassTransit", StringComparison.Ordinal)),
            p => Assert.StartsWith("8.", p.Value));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Ecs.Events.sln")).Replace('\\', '/');
        Assert.All(Repository.Projects, p => Assert.Contains(p.Path, solution));
    }

    private static Project Of(string name) =>
        Repository.Projects.Single(p => p.Name == name && !p.Path.StartsWith("tests/", StringComparison.Ordinal));

    private static IEnumerable<Project> Reachable(Project from) =>
        from.Projects.Select(Of).SelectMany(Reachable).Prepend(from).Distinct();
}

using Ecs.Contracts.Commands;
using static Ecs.Registry.Tests.Definitions;

namespace Ecs.Registry.Tests.Deciding;

public sealed class ListingTests
{
    private readonly Book _book = new();

    public ListingTests()
    {
        foreach (var family in new[] { "a-b", "a", "b" }) _book.Register(Web(family));
        for (var i = 2; i <= 12; i++) _book.Register(Web("a"));
        _book.Deregister("a:3");
        _book.Deregister("b:1");
        _book.Register(Web("elsewhere") with { Region = "eu-west-1" });
    }

    [Fact]
    public void Given_revisions_when_listed_then_they_come_by_family_and_number()
    {
        string[] expected = ["a:1", "a:2", .. Enumerable.Range(4, 9).Select(i => $"a:{i}"), "a-b:1"];

        Assert.Equal(expected, Names(new ListTaskDefinitions()));
        Assert.Equal(expected.Reverse(), Names(new ListTaskDefinitions { Sort = "DESC" }));
        Assert.Equal(expected, Names(new ListTaskDefinitions { MaxResults = 1 }));
        Assert.Equal(expected.Reverse(), Names(new ListTaskDefinitions { MaxResults = 5, Sort = "DESC" }));
    }

    [Fact]
    public void Given_filters_when_listed_then_only_what_they_name_is_there()
    {
        Assert.Equal(["a:3", "b:1"], Names(new ListTaskDefinitions { Status = "INACTIVE" }));
        Assert.Equal(["a-b:1"], Names(new ListTaskDefinitions { FamilyPrefix = "a-b" }));
        Assert.Empty(Names(new ListTaskDefinitions { FamilyPrefix = "ghost" }));
        Assert.Empty(Names(new ListTaskDefinitions { Status = "DELETE_IN_PROGRESS" }));
        Assert.Equal(["elsewhere:1"], Names(new ListTaskDefinitions { Region = "eu-west-1" }));
    }

    [Fact]
    public void Given_families_when_listed_then_their_status_is_that_of_their_revisions()
    {
        Assert.Equal(["a", "a-b", "b"], Families(new ListTaskDefinitionFamilies()));
        Assert.Equal(["a", "a-b"], Families(new ListTaskDefinitionFamilies { Status = "ACTIVE" }));
        Assert.Equal(["b"], Families(new ListTaskDefinitionFamilies { Status = "INACTIVE" }));
        Assert.Equal(["a", "a-b"], Families(new ListTaskDefinitionFamilies { FamilyPrefix = "a", Status = "ALL" }));
        Assert.Equal(["a", "a-b", "b"], Families(new ListTaskDefinitionFamilies { MaxResults = 2 }));
    }

    [Fact]
    public void Given_a_registration_between_two_pages_when_the_second_is_read_then_nothing_is_missed_or_twice()
    {
        var first = _book.List(new ListTaskDefinitionFamilies { MaxResults = 1 });
        _book.Register(Web("0-before"));
        _book.Register(Web("a-a"));

        var rest = _book.List(new ListTaskDefinitionFamilies { NextToken = first.NextToken });

        Assert.Equal(["a"], first.Families);
        Assert.Equal(["a-a", "a-b", "b"], rest.Families);
    }

    [Fact]
    public void Given_parameters_out_of_range_when_listed_then_they_are_named()
    {
        AssertRefused(new ListTaskDefinitions { MaxResults = 0 }, "maxResults");
        AssertRefused(new ListTaskDefinitions { MaxResults = 101 }, "maxResults");
        AssertRefused(new ListTaskDefinitions { NextToken = "not one of ours" }, "nextToken");
        AssertRefused(new ListTaskDefinitions { Status = "active" }, "status");
        AssertRefused(new ListTaskDefinitions { Sort = "UP" }, "sort");
        AssertRefused(new ListTaskDefinitionFamilies { Status = "GONE" }, "status");
    }

    private void AssertRefused(Command query, string field)
    {
        var error = _book.Refusal(query)!;
        Assert.Equal((ErrorTypes.InvalidParameter, field), (error.Type, error.Field));
    }

    private List<string> Names(ListTaskDefinitions query)
    {
        var names = new List<string>();
        for (ListTaskDefinitionsResult? page = null; page is null || page.NextToken is not null;)
        {
            page = _book.List(query with { NextToken = page?.NextToken });
            Assert.InRange(page.TaskDefinitionArns.Count, 0, query.MaxResults ?? 100);
            names.AddRange(page.TaskDefinitionArns.Select(arn => arn.Split('/')[1]));
        }

        return names;
    }

    private List<string> Families(ListTaskDefinitionFamilies query)
    {
        var names = new List<string>();
        for (ListTaskDefinitionFamiliesResult? page = null; page is null || page.NextToken is not null;)
        {
            page = _book.List(query with { NextToken = page?.NextToken });
            names.AddRange(page.Families);
        }

        return names;
    }
}

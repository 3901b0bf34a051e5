using System.Globalization;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Model;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Rules.Queries;

/// <summary>Lists of revisions and families, page by page.</summary>
public static class DefinitionLists
{
    private const string Active = "ACTIVE";
    private const string Inactive = "INACTIVE";

    private const string DeleteInProgress = "DELETE_IN_PROGRESS";

    /// <summary>A page of revisions' ARNs, by family and then number.</summary>
    public static Decision Revisions(Families families, ListTaskDefinitions query)
    {
        if (query.Status is not (null or Active or Inactive or DeleteInProgress))
        {
            return Wrong($"status must be {Active}, {Inactive} or {DeleteInProgress}.", "status");
        }

        if (query.Sort is not (null or "ASC" or "DESC")) return Wrong("sort must be ASC or DESC.", "sort");

        var scope = new Scope(query.Account, query.Region);
        var chosen = query.FamilyPrefix is { } only ? [families.Of(scope, only)] : families.In(scope);
        var revisions = chosen.SelectMany(family => family.Revisions
            .Where(revision => Has(revision, query.Status ?? Active))
            .Select(revision => (Key: Key(family.Name, revision.Number), revision.Arn)));
        var falling = query.Sort is "DESC";
        if (falling) revisions = revisions.Reverse();

        var asked = (query.MaxResults, query.NextToken);
        return Paging.TryCut(revisions, revision => revision.Key, falling, asked, out var page, out var error)
            ? Decision.Accept(new ListTaskDefinitionsResult([.. page.Items.Select(item => item.Arn)], page.NextToken))
            : Decision.Refuse(error);
    }

    /// <summary>A page of families' names.</summary>
    public static Decision Families(Families families, ListTaskDefinitionFamilies query)
    {
        if (query.Status is not (null or Active or Inactive or "ALL"))
        {
            return Wrong($"status must be {Active}, {Inactive} or ALL.", "status");
        }

        var names = families.In(new Scope(query.Account, query.Region))
            .Where(family => family.Name.StartsWith(query.FamilyPrefix ?? "", StringComparison.Ordinal))
            .Where(family => Has(family, query.Status))
            .Select(family => family.Name);
        var asked = (query.MaxResults, query.NextToken);
        return Paging.TryCut(names, name => name, falling: false, asked, out var page, out var error)
            ? Decision.Accept(new ListTaskDefinitionFamiliesResult(page.Items, page.NextToken))
            : Decision.Refuse(error);
    }

    private static bool Has(Revision revision, string status) => status switch
    {
        Active => revision.Status is TaskDefinitionStatus.Active,
        Inactive => revision.Status is TaskDefinitionStatus.Inactive,
        _ => revision.Status is TaskDefinitionStatus.DeleteInProgress,
    };

    private static bool Has(Family family, string? status) => status switch
    {
        Active => family.NewestActive is not null,
        Inactive => family.NewestActive is null && IsLeft(family),
        _ => IsLeft(family),
    };

    // A family that was given up whole is told by DELETE_IN_PROGRESS alone, revision by revision.
    private static bool IsLeft(Family family) =>
        family.Revisions.Any(revision => revision.Status is not TaskDefinitionStatus.DeleteInProgress);

    // The blank sorts before every character that a family's name may have, so that keys sort as the names do.
    private static string Key(string family, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{family} {number:D10}");

    private static Decision Wrong(string message, string field) =>
        Decision.Refuse(ErrorTypes.InvalidParameter, message, field);
}
